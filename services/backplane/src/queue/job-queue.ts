import { EXECUTE_JOB, queueName } from "@lambda-lite/shared";
import { Queue } from "bullmq";
import type { Redis } from "ioredis";
import type { Logger } from "pino";
import type { AttemptRef, JobQueue, RunnableAttempt } from "../ports/index.ts";
import { attemptId } from "./attempt-id.ts";
import { queuePriority } from "./queue-priority.ts";

/** Beside BullMQ's own keys of a queue: a set that isn't empty while the pool is paused. The chart's formula reads it. */
const PAUSED_KEY = "pool-paused";

/**
 * JobQueue on BullMQ, one queue per pool. BullMQ neither retries nor delays nor remembers: an entry
 * is an id, and everything about the job stays in Mongo, so Redis memory is bounded by the backlog.
 */
export function createJobQueue(deps: {
  redis: Redis;
  prefix: string;
  logger: Logger;
}): JobQueue & { close(): Promise<void> } {
  const { redis, prefix, logger } = deps;
  const queues = new Map<string, Queue<AttemptRef>>();

  function queueOf(pool: string): Queue<AttemptRef> {
    const name = queueName(pool);
    const known = queues.get(name);
    if (known) return known;
    const queue = new Queue<AttemptRef>(name, { connection: redis, prefix, skipWaitingForReady: true });
    queue.on("error", (err) => logger.debug({ queue: name, err }, "queue connection"));
    queues.set(name, queue);
    // BullMQ remembers for ever that its first look at Redis failed: such a queue is made anew.
    queue.waitUntilReady().catch(() => {
      queues.delete(name);
      void queue.close().catch(() => undefined);
    });
    return queue;
  }

  return {
    async enqueue({ id, attempt, pool, priority }) {
      await queueOf(pool).add(
        EXECUTE_JOB,
        { id, attempt },
        {
          jobId: attemptId({ id, attempt }),
          priority: queuePriority(priority),
          attempts: 1,
          removeOnComplete: true,
          removeOnFail: true,
        },
      );
    },

    async has(attempts) {
      if (attempts.length === 0) return [];
      const pipeline = redis.pipeline();
      for (const attempt of attempts) {
        pipeline.exists(`${prefix}:${queueName(attempt.pool)}:${attemptId(attempt)}`);
      }
      const answers = (await pipeline.exec()) ?? [];
      return answers.map(([error, count]) => {
        if (error) throw error;
        return count === 1;
      });
    },

    async remove(attempt: RunnableAttempt) {
      await queueOf(attempt.pool).remove(attemptId(attempt));
    },

    async counts(pool) {
      const counts = await queueOf(pool).getJobCounts("wait", "prioritized", "active");
      return {
        waiting: (counts["wait"] ?? 0) + (counts["prioritized"] ?? 0),
        active: counts["active"] ?? 0,
      };
    },

    async mirrorPause(pool, paused) {
      const queue = queueOf(pool);
      // The autoscaler's formula asks only whether it has a member.
      const key = `${prefix}:${queueName(pool)}:${PAUSED_KEY}`;
      await (paused ? redis.sadd(key, "paused") : redis.del(key));
      // BullMQ's own pause, so that blocked consumers hear of it at once.
      if ((await queue.isPaused()) !== paused) await (paused ? queue.pause() : queue.resume());
    },

    async close() {
      await Promise.all([...queues.values()].map((queue) => queue.close()));
    },
  };
}
