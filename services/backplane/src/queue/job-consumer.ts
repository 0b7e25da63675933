import { queueName } from "@lambda-lite/shared";
import type { Job as BullJob } from "bullmq";
import { Worker } from "bullmq";
import type { Redis } from "ioredis";
import type { Logger } from "pino";
import type { AttemptRef, JobConsumer, QueueEntry, Random } from "../ports/index.ts";

/** How long a taken entry stays taken without a sign of life, in ms. */
const LOCK_MS = 10_000;
const LOCK_RENEWAL_MS = 3_000;
/** How often entries of dead workers are looked for, in ms. The defaults take up to a minute. */
const STALLED_CHECK_MS = 5_000;
/**
 * Longest wait for an entry to be settled, in ms. This connection waits out an absent Redis, and a job that ended must
 * not be held, nor a drain kept from ending, for as long as that takes: the entry comes back and is refused.
 */
const SETTLE_MS = 2_000;
/** Longest blocking read, in seconds: a draining worker waits for it. */
const BLOCK_SECONDS = 1;
/** A read that is still under way so long after its signal won't end by itself, in ms: the queue is away. */
const ABANDON_MS = 1_500;

/**
 * JobConsumer on BullMQ, fetching by hand. In that mode BullMQ starts no timers of its own: locks
 * are extended and stalled entries are looked for here. Losing a lock costs nothing but a second
 * look at the entry: only the lease in Mongo decides who runs a job.
 */
export function createJobConsumer(deps: {
  redis: Redis;
  prefix: string;
  pool: string;
  random: Random;
  logger: Logger;
}): JobConsumer {
  const { redis, prefix, pool, random, logger } = deps;
  const worker = new Worker<AttemptRef>(queueName(pool), null, {
    connection: redis,
    prefix,
    autorun: false,
    lockDuration: LOCK_MS,
    stalledInterval: STALLED_CHECK_MS,
    // At the second stall BullMQ would fail the job without asking us.
    maxStalledCount: Number.MAX_SAFE_INTEGER,
    drainDelay: BLOCK_SECONDS,
  });
  worker.on("error", (err) => logger.debug({ err }, "queue connection"));
  void worker.startStalledCheckTimer().catch((err) => logger.warn({ err }, "stalled check"));

  async function read(): Promise<QueueEntry | null> {
    const token = random.hex(16);
    const job = await worker.getNextJob(token, { block: true });
    return job ? createEntry(job, token, logger) : null;
  }

  return {
    next: (signal) => abandonable(read(), signal),
    // An orderly end would wait for a Redis that is away.
    close: () => worker.close(redis.status !== "ready"),
  };
}

/** What `reading` brings, or null once it was abandoned; what it brings after that goes back. */
async function abandonable(
  reading: Promise<QueueEntry | null>,
  signal: AbortSignal | undefined,
): Promise<QueueEntry | null> {
  if (!signal) return reading;
  const abandoned = Promise.withResolvers<null>();
  let timer: NodeJS.Timeout | undefined;
  const onAbort = () => {
    timer = setTimeout(() => {
      abandoned.resolve(null);
      reading.then((entry) => entry?.putBack()).catch(() => undefined);
    }, ABANDON_MS);
  };
  if (signal.aborted) onAbort();
  else signal.addEventListener("abort", onAbort);
  try {
    return await Promise.race([reading, abandoned.promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
    clearTimeout(timer);
  }
}

function createEntry(job: BullJob<AttemptRef>, token: string, logger: Logger): QueueEntry {
  const log = logger.child({ entry: job.id });
  const renewal = setInterval(() => {
    job.extendLock(token, LOCK_MS).catch((err) => log.debug({ err }, "lock not extended"));
  }, LOCK_RENEWAL_MS);

  async function settle(what: string, operation: () => Promise<unknown>) {
    clearInterval(renewal);
    // A missing lock or key is normal: the entry went back and was refused or settled elsewhere.
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(late.resolve, SETTLE_MS);
    await Promise.race([operation().catch((err) => log.debug({ err }, `${what} refused`)), late.promise]);
    clearTimeout(timer);
  }

  return {
    attempt: { id: job.data.id, attempt: job.data.attempt },
    ack: () => settle("ack", () => job.moveToCompleted(undefined, token, false)),
    putBack: () => settle("put back", () => job.moveToWait(token)),
  };
}
