import { systemRandom } from "@lambda-lite/backplane";
import type { Backplane, ReleaseStack } from "@lambda-lite/backplane";
import type { Clock } from "@lambda-lite/backplane/ports";
import { DEFAULT_LIMITS } from "@lambda-lite/shared";
import type { Logger } from "pino";
import type { WorkerConfig } from "./config.ts";
import { MAX_AGE_MS } from "./docker/container-options.ts";
import { openDockerSandboxes } from "./docker/docker-sandboxes.ts";
import type { EngineHealth } from "./docker/engine-health.ts";
import type { SandboxDefinition } from "./docker/sandbox-definition.ts";
import { createFaultFinder } from "./domain/fault-finder.ts";
import type { HeldJobs } from "./domain/held-jobs.ts";
import { createJobRunner } from "./domain/job-runner.ts";
import type { JobRunner } from "./domain/job-runner.ts";
import { createLeaseKeeper } from "./domain/lease-keeper.ts";
import type { LeaseKeeper } from "./domain/lease-keeper.ts";
import { createRush } from "./domain/rush.ts";
import { createWarmPool } from "./domain/warm-pool.ts";
import type { WarmPool } from "./domain/warm-pool.ts";
import type { WorkerMetrics } from "./metrics.ts";
import { poolKey } from "./ports/sandbox.ts";
import type { SandboxUnavailable } from "./ports/sandbox.ts";

/** What runs jobs here. */
export interface Execution {
  health: EngineHealth;
  lease: LeaseKeeper;
  /** Not started yet: it fills from when the worker may fetch. */
  pool: WarmPool;
  runner: JobRunner;
}

/**
 * The engine with its sandboxes, the lease that allows to use them, and the runner. What is acquired is put on `release`.
 * @throws when the engine doesn't answer, or the lease can't be taken.
 */
export async function openExecution(deps: {
  config: WorkerConfig;
  definition: SandboxDefinition;
  backplane: Backplane;
  held: HeldJobs;
  metrics: WorkerMetrics;
  clock: Clock;
  logger: Logger;
  release: ReleaseStack;
}): Promise<Execution> {
  const { config, definition, backplane, held, metrics, clock, logger, release } = deps;
  const { cancels, installationId, jobs, workers } = backplane;
  const random = systemRandom;
  const rush = createRush(clock);

  const sandboxes = await openDockerSandboxes({
    dockerHost: config.DOCKER_HOST,
    image: config.SANDBOX_IMAGE,
    definition,
    supply: { archive: config.SANDBOX_ARCHIVE, pull: config.SANDBOX_PULL },
    life: () => lease.life(),
    living: workers.living,
    installationId,
    onDroppedFrames: metrics.droppedFrames,
    rush,
    clock,
    random,
    logger,
  });
  const { health, reaper, engineId } = sandboxes;

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
  function onUnavailable(error: SandboxUnavailable): void {
    metrics.sandboxUnavailable(error.faultOf);
    if (error.faultOf === "class") return;
    health.suspect(error);
    pool.drop();
  }
  const usual = poolKey(DEFAULT_LIMITS);
  const engineIsWell = health.tryNow;
  const pool = createWarmPool({
    cold: createFaultFinder({ sandboxes, usual, engineIsWell, onUnavailable, clock }),
    usual,
    min: config.WARM_POOL_MIN,
    max: config.WARM_POOL_MAX,
    memoryMb: config.WARM_POOL_MEMORY_MB ?? config.WARM_POOL_MAX * DEFAULT_LIMITS.memory,
    maxAgeMs: MAX_AGE_MS,
    mayFill: () => health.healthy() && lease.alive(),
    onTaken: metrics.sandboxTaken,
    rush,
    clock,
    logger,
  });
  release.push(cancels.subscribe((jobId) => held.stopJob(jobId, "cancelled")));
  await lease.start();
  release.push(lease.stop);
  release.push(sandboxes.settled);
  health.start();
  release.push(health.stop);
  await reaper.reap();
  reaper.start();
  release.push(reaper.stop);

  const runner = createJobRunner({
    jobs,
    logs: backplane.logs,
    sandboxes: pool,
    held,
    lease,
    observer: { ...metrics.observer, sandboxFailed: () => void health.check() },
    onStoreUnavailable: lease.suspectStore,
    clock,
    random,
    logger,
  });
  return { health, lease, pool, runner };
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
