import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createReleaseStack, openBackplane, systemClock, systemRandom } from "@lambda-lite/backplane";
import type { Logger } from "pino";
import { Registry } from "prom-client";
import type { ApiConfig } from "./config.ts";
import { createJobService } from "./domain/job-service.ts";
import { createReconciler } from "./domain/reconciler.ts";
import { createApp } from "./http/app.ts";
import { createAuthenticate } from "./http/authenticate.ts";
import { createOriginPolicy } from "./http/origin-policy.ts";
import { createRoutes } from "./http/routes.ts";
import { createApiMetrics } from "./metrics.ts";
import { createJobGateway } from "./socket/job-gateway.ts";

/** Requests under way at the end get this long, in ms. */
const CLOSE_GRACE_MS = 5_000;

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
      logger,
    });
    release.push(backplane.close);

    const registry = new Registry();
    const authenticate = createAuthenticate(config.API_KEY);
    const origins = createOriginPolicy({
      open: config.API_KEY === undefined,
      allowedOrigins: config.ALLOWED_ORIGINS,
    });
    const jobs = createJobService({
      jobs: backplane.jobs,
      clock: systemClock,
      random: systemRandom,
      onSubmitted: (job) => metrics.submitted(job.pool),
    });
    const app = createApp({
      routes: createRoutes({ jobs }),
      authenticate,
      origins,
      registry,
      checkReady: backplane.pingStore,
      webDir,
      logger,
    });
    const server = createServer(app);
    const { events, queue, workers } = backplane;
    const gateway = createJobGateway({
      server,
      jobs,
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

    const reconciler = createReconciler({
      jobs: backplane.jobs,
      queue,
      workers,
      clock: systemClock,
      logger,
    });
    reconciler.start();
    release.push(reconciler.stop);

    server.listen(config.PORT, config.HOST);
    await once(server, "listening");
    // Before the gateway's turn: connections that idle must not hold up the end.
    release.push(() => {
      server.closeIdleConnections();
      setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS).unref();
    });
    const { port } = server.address() as AddressInfo;
    const url = `http://${config.HOST.includes(":") ? `[${config.HOST}]` : config.HOST}:${port}`;
    logger.info({ url, open: config.API_KEY === undefined }, "API is up");
    return { url, stop: release.run };
  } catch (error) {
    await release.run();
    throw error;
  }
}
