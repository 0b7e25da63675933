import { createReleaseStack, openBackplane, systemClock, systemRandom } from "@lambda-lite/backplane";
import type { Clock } from "@lambda-lite/backplane/ports";
import { DEFAULT_LIMITS } from "@lambda-lite/shared";
import type { Logger } from "pino";
import { Registry } from "prom-client";
import type { WorkerConfig } from "./config.ts";
import { openDockerSandboxes } from "./docker/docker-sandboxes.ts";
import { MAX_AGE_MS } from "./docker/container-options.ts";
import type { SandboxDefinition } from "./docker/sandbox-definition.ts";
import { createBusyMarker } from "./domain/busy-marker.ts";
import { drain } from "./domain/drain.ts";
import { createFetchLoop } from "./domain/fetch-loop.ts";
import { createHeldJobs } from "./domain/held-jobs.ts";
import { poolKey } from "./ports/sandbox.ts";
import { createJobRunner } from "./domain/job-runner.ts";
import { createLeaseKeeper } from "./domain/lease-keeper.ts";
import { createPauseWatch } from "./domain/pause-watch.ts";
import { createWarmPool } from "./domain/warm-pool.ts";
import { createTokenBucket } from "./domain/token-bucket.ts";
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
  const random = systemRandom;
  const release = createReleaseStack();
  try {
    const { installationId, jobs, workers, pools, openConsumer, close } = await openBackplane({
      mongoUrl: config.MONGO_URL,
      redisUrl: config.REDIS_URL,
      redisPrefix: config.REDIS_PREFIX,
      faultBudget: config.FAULT_BUDGET,
      startPatienceMs: config.START_PATIENCE_MS,
      logger,
    });
    release.push(close);

    const held = createHeldJobs(clock);
    const metrics = createWorkerMetrics({
      registry: new Registry(),
      slots: config.WORKER_CONCURRENCY,
      busy: held.count,
      ready: () => notReady() === undefined,
      warm: () => pool.waiting(),
    });
    const sandboxes = await openDockerSandboxes({
      dockerHost: config.DOCKER_HOST,
      image: config.SANDBOX_IMAGE,
      definition,
      supply: { archive: config.SANDBOX_ARCHIVE, pull: config.SANDBOX_PULL },
      life: () => lease.life(),
      living: workers.living,
      installationId,
      onDroppedFrames: metrics.droppedFrames,
      clock,
      random,
      logger,
    });
    const { health, engineId } = sandboxes;
    health.start();
    release.push(health.stop);

    const lease = createLeaseKeeper({
      workerId: config.WORKER_ID,
      offer: () => offer(config, engineId, held.count()),
      registry: workers,
      jobs,
      held,
      onLost: () => pool.drop(),
      clock,
      logger,
    });
    await lease.start();
    release.push(lease.stop);
    release.push(sandboxes.settled);
    await sandboxes.reaper.reap();
    sandboxes.reaper.start();
    release.push(sandboxes.reaper.stop);

    const noSandbox = (error: unknown) => {
      metrics.observer.sandboxUnavailable(error);
      health.suspect(`a sandbox couldn't be made: ${String(error)}`);
      pool.drop();
    };
    const pool = createWarmPool({
      cold: sandboxes,
      ...poolSize(config),
      key: poolKey(DEFAULT_LIMITS),
      maxAgeMs: MAX_AGE_MS,
      mayFill: () => health.healthy() && lease.alive(),
      onTaken: metrics.sandboxTaken,
      onFailure: noSandbox,
      clock,
      logger,
    });
    const runner = createJobRunner({
      jobs,
      sandboxes: pool,
      held,
      lease,
      observer: { ...metrics.observer, sandboxUnavailable: noSandbox },
      onStoreUnavailable: lease.suspectStore,
      clock,
      random,
      logger,
    });
    const pause = createPauseWatch({ pools, pool: config.WORKER_POOL, clock, logger });
    await pause.start();
    release.push(pause.stop);
    const consumer = openConsumer(config.WORKER_POOL);
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

/** How many sandboxes wait: what was set, within the memory that they may be promised. */
function poolSize({ WARM_POOL_MIN, WARM_POOL_MAX, WARM_POOL_MEMORY_MB }: WorkerConfig) {
  const affordable = Math.floor((WARM_POOL_MEMORY_MB ?? Infinity) / DEFAULT_LIMITS.memory);
  return { min: Math.min(WARM_POOL_MIN, affordable), max: Math.min(WARM_POOL_MAX, affordable) };
}

function offer(config: WorkerConfig, engineId: string, busy: number) {
  return {
    engineId,
    pool: config.WORKER_POOL,
    runtimes: ["javascript"],
    isolations: ["container"],
    slots: config.WORKER_CONCURRENCY,
    busy,
  };
}
