import { once } from "node:events";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createReleaseStack, openBackplane, systemClock, systemRandom } from "@lambda-lite/backplane";
import type { Logger } from "pino";
import { Registry } from "prom-client";
import { limitMaxima } from "./config.ts";
import type { ApiConfig } from "./config.ts";
import { createDeadLetterService } from "./domain/dead-letter-service.ts";
import { createElection } from "./domain/election.ts";
import { createJobEnds } from "./domain/job-ends.ts";
import { createJobService } from "./domain/job-service.ts";
import { createLogService } from "./domain/log-service.ts";
import { createQueueService } from "./domain/queue-service.ts";
import { createReconciler } from "./domain/reconciler.ts";
import { createApp } from "./http/app.ts";
import { createAuthenticate } from "./http/authenticate.ts";
import { createOriginPolicy } from "./http/origin-policy.ts";
import { createRoutes } from "./http/routes.ts";
import { createApiMetrics } from "./metrics.ts";
import { createJobGateway } from "./socket/job-gateway.ts";

/** Requests under way at the end get this long, in ms. */
const CLOSE_GRACE_MS = 5_000;

const DAY_MS = 24 * 60 * 60 * 1_000;
/** How often it is looked whether every client went, in ms. */
const DISMISS_LOOK_MS = 50;

export interface RunningApi {
  /** Where it listens, e.g. `http://127.0.0.1:8000`. */
  url: string;
  stop(): Promise<void>;
}

/**
 * Puts the API together and starts it.
 * @throws when Mongo or Redis can't be reached at start, or the port is taken.
 */
export async function startApi(
  config: ApiConfig,
  deps: { logger: Logger; webDir: string | undefined },
): Promise<RunningApi> {
  const { logger, webDir } = deps;
  const release = createReleaseStack();
  try {
    const backplane = await openBackplane({
      mongoUrl: config.MONGO_URL,
      redisUrl: config.REDIS_URL,
      redisPrefix: config.REDIS_PREFIX,
      faultBudget: config.FAULT_BUDGET,
      startPatienceMs: config.START_PATIENCE_MS,
      logger,
    });
    release.push(backplane.close);

    const registry = new Registry();
    const authenticate = createAuthenticate(config.API_KEY);
    const origins = createOriginPolicy({
      open: config.API_KEY === undefined,
      allowedOrigins: config.ALLOWED_ORIGINS,
    });
    const ends = createJobEnds({ events: backplane.events, jobs: backplane.jobs, clock: systemClock, logger });
    release.push(ends.stop);
    const logs = createLogService({ jobs: backplane.jobs, logs: backplane.logs, ends, clock: systemClock });
    const jobs = createJobService({
      jobs: backplane.jobs,
      ends,
      clock: systemClock,
      random: systemRandom,
      maxima: limitMaxima(config),
      onSubmitted: (job) => metrics.submitted(job.pool),
    });
    const deadLetters = createDeadLetterService({ jobs: backplane.jobs, clock: systemClock, random: systemRandom });
    const queues = createQueueService({ pools: backplane.pools, queue: backplane.queue, logger });
    const app = createApp({
      routes: createRoutes({ jobs, logs, deadLetters, queues }),
      authenticate,
      origins,
      registry,
      checkReady: backplane.pingStore,
      webDir,
      logger,
    });
    const server = createServer(app);
    const { events, queue, workers, pools } = backplane;
    const gateway = createJobGateway({
      server,
      jobs,
      logs,
      store: backplane.jobs,
      events,
      authenticate,
      origins,
      clock: systemClock,
      logger,
    });
    release.push(gateway.close);
    const metrics = createApiMetrics({
      registry,
      events,
      queue,
      workers,
      socketClients: gateway.clients,
    });
    release.push(metrics.close);

    const election = createElection({
      name: "reconciler",
      holder: systemRandom.hex(8),
      lease: backplane.leaderLease,
      clock: systemClock,
      logger,
    });
    metrics.leader(election.leads);
    election.start();
    release.push(election.stop);
    const reconciler = createReconciler({
      jobs: backplane.jobs,
      queue,
      workers,
      pools,
      retentionMs: config.JOB_RETENTION_DAYS > 0 ? config.JOB_RETENTION_DAYS * DAY_MS : undefined,
      leads: election.leads,
      clock: systemClock,
      random: systemRandom,
      logger,
    });
    reconciler.start();
    release.push(reconciler.stop);

    server.listen(config.PORT, config.HOST);
    await once(server, "listening");
    // Before the gateway's turn: connections that idle must not hold up the end.
    release.push(
      async () => {
        await dismissClients(server, config.KEEP_ALIVE_GRACE_MS);
        server.closeIdleConnections();
        setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS).unref();
      },
      { limitMs: Infinity },
    );
    // First of all: answers that wait are given, and followers go on with another process.
    release.push(ends.stop);
    const { port } = server.address() as AddressInfo;
    const url = `http://${config.HOST.includes(":") ? `[${config.HOST}]` : config.HOST}:${port}`;
    logger.info({ url, open: config.API_KEY === undefined }, "API is up");
    return { url, stop: release.run };
  } catch (error) {
    await release.run();
    throw error;
  }
}

/**
 * Answers on, and tells each client with its answer that this connection ends. One that was merely closed could be
 * closed at the very moment when its client sends on it: a submission that fails though nothing was wrong.
 */
async function dismissClients(server: Server, graceMs: number): Promise<void> {
  const until = performance.now() + graceMs;
  server.prependListener("request", (_request, response) => void response.setHeader("connection", "close"));
  while (performance.now() < until && (await countConnections(server)) > 0) await systemClock.sleep(DISMISS_LOOK_MS);
}

function countConnections(server: Server): Promise<number> {
  return new Promise((resolve) => server.getConnections((_error, count) => resolve(count)));
}
