import type { JobQueue, PoolRegistry } from "@lambda-lite/backplane/ports";
import { AppError } from "@lambda-lite/backplane/ports";
import type { QueueState } from "@lambda-lite/shared";
import type { Logger } from "pino";

/**
 * Pausing and resuming: nothing more is started of a paused queue, jobs are accepted as ever, and what runs, runs on.
 * Throws AppError: QUEUE_NOT_FOUND, STORE_UNAVAILABLE.
 */
export interface QueueService {
  list(): Promise<{ queues: QueueState[] }>;
  setPaused(pool: unknown, paused: boolean): Promise<QueueState>;
}

export function createQueueService(deps: {
  pools: PoolRegistry;
  queue: Pick<JobQueue, "mirrorPause">;
  logger: Logger;
}): QueueService {
  const { pools, queue, logger } = deps;
  return {
    list: async () => ({ queues: await pools.list() }),

    async setPaused(pool, paused) {
      const known = (await pools.list()).find((state) => state.pool === pool);
      if (!known) throw new AppError("QUEUE_NOT_FOUND");
      const state = await pools.setPaused(known.pool, paused);
      // Only the hurry: workers read Mongo, and the reconciler mirrors what this missed.
      queue.mirrorPause(known.pool, paused).catch((err) => logger.debug({ err }, "pause left to the reconciler"));
      return state;
    },
  };
}
