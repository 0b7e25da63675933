import { createReleaseStack, openBackplane, systemClock, systemRandom } from "@lambda-lite/backplane";
import type { Clock } from "@lambda-lite/backplane/ports";
import type { Logger } from "pino";
import { Registry } from "prom-client";
import type { WorkerConfig } from "./config.ts";
import { createContainerRemoval } from "./docker/container-removal.ts";
import { connectDocker, readEngineFacts } from "./docker/docker-engine.ts";
import { createDockerSandboxProvider } from "./docker/docker-sandbox-provider.ts";
import { createEngineHealth } from "./docker/engine-health.ts";
import { reapEarlierLives } from "./docker/orphan-reaper.ts";
import { createFetchLoop } from "./domain/fetch-loop.ts";
import { createHeldJobs } from "./domain/held-jobs.ts";
import type { HeldJobs } from "./domain/held-jobs.ts";
import { createJobRunner } from "./domain/job-runner.ts";
import { createLeaseKeeper } from "./domain/lease-keeper.ts";
import { createTokenBucket } from "./domain/token-bucket.ts";
import { startHealthServer } from "./http/health-server.ts";
import { createWorkerMetrics } from "./metrics.ts";

/** Kept back from the grace period for killing, releasing and removing what still runs, in ms. */
const DRAIN_RESERVE_MS = 15_000;

export interface RunningWorker {
  healthPort: number;
  /** Drains: stops fetching, lets jobs finish, and at grace − 15 s gives back those that don't. */
  stop(): Promise<void>;
}

/**
 * Puts a worker together and starts it.
 * @throws when Mongo, Redis or the Docker engine can't be reached, or the health port is taken.
 */
export async function startWorker(
  config: WorkerConfig,
  deps: { logger: Logger; seccompProfile: string; clock?: Clock },
): Promise<RunningWorker> {
  const { logger, seccompProfile, clock = systemClock } = deps;
  const random = systemRandom;
  const release = createReleaseStack();
  try {
    const docker = connectDocker(config.DOCKER_HOST);
    const { engineId, appArmor } = await readEngineFacts(docker).catch((cause: unknown) => {
      throw new Error(`The Docker engine at ${config.DOCKER_HOST} doesn't answer`, { cause });
    });
    const backplane = await openBackplane({
      mongoUrl: config.MONGO_URL,
      redisUrl: config.REDIS_URL,
      redisPrefix: config.REDIS_PREFIX,
      logger,
    });
    release.push(backplane.close);

    const held = createHeldJobs();
    const removal = createContainerRemoval({ clock, logger });
    const health = createEngineHealth({ docker, image: config.SANDBOX_IMAGE, clock, logger });
    const lease = createLeaseKeeper({
      workerId: config.WORKER_ID,
      offer: () => ({
        engineId,
        pool: config.WORKER_POOL,
        runtimes: ["javascript"],
        isolations: ["container"],
        slots: config.WORKER_CONCURRENCY,
        busy: held.count(),
      }),
      registry: backplane.workers,
      jobs: backplane.jobs,
      held,
      clock,
      logger,
    });
    const gateOpen = () => health.healthy() && lease.alive();
    const metrics = createWorkerMetrics({
      registry: new Registry(),
      slots: config.WORKER_CONCURRENCY,
      busy: held.count,
      ready: gateOpen,
    });
    const sandboxes = createDockerSandboxProvider({
      docker,
      image: config.SANDBOX_IMAGE,
      seccompProfile,
      appArmor,
      owner: () => ({ ...lease.life(), engineId }),
      removal,
      onDroppedFrames: metrics.droppedFrames,
      clock,
      random,
    });
    const runner = createJobRunner({
      jobs: backplane.jobs,
      sandboxes,
      held,
      lease,
      observer: {
        ...metrics.observer,
        sandboxUnavailable(error) {
          metrics.observer.sandboxUnavailable(error);
          health.suspect(`a sandbox couldn't be made: ${String(error)}`);
        },
      },
      clock,
      random,
      logger,
    });

    await health.check();
    health.start();
    release.push(health.stop);
    const life = await lease.start();
    release.push(lease.stop);
    release.push(removal.settled);
    await reapEarlierLives({ ...life, engineId }, { docker, removal, logger });

    const consumer = backplane.openConsumer(config.WORKER_POOL);
    release.push(consumer.close);
    const fetching = createFetchLoop({
      consumer,
      runner,
      concurrency: config.WORKER_CONCURRENCY,
      bucket: createTokenBucket(config.WORKER_RATE_LIMIT_MAX, config.WORKER_RATE_LIMIT_DURATION_MS, clock),
      gateOpen,
      clock,
      logger,
    });
    let draining = false;
    const server = await startHealthServer({
      host: config.HEALTH_HOST,
      port: config.HEALTH_PORT,
      registry: metrics.registry,
      notReady: () =>
        (draining ? "draining" : undefined) ??
        health.problem() ??
        (lease.alive() ? undefined : "the lease is lost"),
    });
    release.push(server.close);
    fetching.start();
    release.push(async () => {
      draining = true;
      await fetching.stop();
      await drain(held, config.SHUTDOWN_GRACE_MS - DRAIN_RESERVE_MS, { clock, logger });
    });
    logger.info({ workerId: config.WORKER_ID, healthPort: server.port }, "worker is up");
    return { healthPort: server.port, stop: release.run };
  } catch (error) {
    await release.run();
    throw error;
  }
}

/** Waits for the running jobs, and after `patienceMs` stops them so that they are released. */
async function drain(
  held: HeldJobs,
  patienceMs: number,
  { clock, logger }: { clock: Clock; logger: Logger },
): Promise<void> {
  if (held.count() > 0) logger.info({ running: held.count() }, "draining");
  const over = new AbortController();
  const empty = held.empty();
  await Promise.race([empty, clock.sleep(Math.max(0, patienceMs), over.signal)]);
  over.abort();
  held.stopAll("drain");
  await empty;
}
