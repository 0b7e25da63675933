import { createReleaseStack, openBackplane, systemClock } from "@lambda-lite/backplane";
import type { Clock } from "@lambda-lite/backplane/ports";
import type { Logger } from "pino";
import { Registry } from "prom-client";
import type { WorkerConfig } from "./config.ts";
import type { SandboxDefinition } from "./docker/sandbox-definition.ts";
import { createBusyMarker } from "./domain/busy-marker.ts";
import { drain } from "./domain/drain.ts";
import { createFetchLoop } from "./domain/fetch-loop.ts";
import { createHeldJobs } from "./domain/held-jobs.ts";
import { createPauseWatch } from "./domain/pause-watch.ts";
import { createTokenBucket } from "./domain/token-bucket.ts";
import { openExecution } from "./execution.ts";
import { startHealthServer } from "./http/health-server.ts";
import { createPodDeletionCost } from "./kubernetes/pod-deletion-cost.ts";
import { createWorkerMetrics } from "./metrics.ts";

export interface RunningWorker {
  healthPort: number;
  /** Drains: stops fetching, lets jobs finish, and gives back those that don't in time. */
  stop(): Promise<void>;
}

/**
 * Puts a worker together and starts it. What is acquired here is released in reverse: the drain comes
 * first, the connections to Mongo and Redis go last.
 * @throws when Mongo, Redis or the Docker engine can't be reached, or the health port is taken.
 */
export async function startWorker(
  config: WorkerConfig,
  deps: { logger: Logger; definition: SandboxDefinition; clock?: Clock },
): Promise<RunningWorker> {
  const { logger, definition, clock = systemClock } = deps;
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

    const held = createHeldJobs(clock);
    const metrics = createWorkerMetrics({
      registry: new Registry(),
      slots: config.WORKER_CONCURRENCY,
      busy: held.count,
      ready: () => notReady() === undefined,
      warm: () => pool.waiting(),
    });
    const { health, lease, pool, runner } = await openExecution({
      config,
      definition,
      backplane,
      held,
      metrics,
      clock,
      logger,
      release,
    });
    const pause = createPauseWatch({ pools: backplane.pools, pool: config.WORKER_POOL, clock, logger });
    await pause.start();
    release.push(pause.stop);
    const consumer = backplane.openConsumer(config.WORKER_POOL);
    release.push(consumer.close);
    const fetching = createFetchLoop({
      consumer,
      runner,
      concurrency: config.WORKER_CONCURRENCY,
      bucket: createTokenBucket(config.WORKER_RATE_LIMIT_MAX, config.WORKER_RATE_LIMIT_DURATION_MS, clock),
      gateOpen: () => health.healthy() && lease.alive() && lease.storeAnswers() && !pause.paused(),
      clock,
      logger,
    });
    const notReady = () => {
      if (fetching.stopped()) return "draining";
      return health.problem() ?? (lease.alive() ? undefined : "the lease is lost");
    };
    const server = await startHealthServer({
      host: config.HEALTH_HOST,
      port: config.HEALTH_PORT,
      registry: metrics.registry,
      notReady,
    });
    release.push(server.close);
    release.push(() => drain(held, config.SHUTDOWN_GRACE_MS, { clock, logger }), { limitMs: Infinity });
    pool.start();
    release.push(pool.stop);
    fetching.start();
    release.push(fetching.stop);
    if (config.POD_NAME && config.POD_NAMESPACE) {
      const cost = await createPodDeletionCost({ name: config.POD_NAME, namespace: config.POD_NAMESPACE });
      const marker = createBusyMarker({ held, cost, clock, logger });
      marker.start();
      release.push(marker.stop);
    }
    logger.info({ workerId: config.WORKER_ID, healthPort: server.port }, "worker is up");
    return { healthPort: server.port, stop: release.run };
  } catch (error) {
    await release.run();
    throw error;
  }
}
