import type {
  Clock,
  DueCursor,
  JobQueue,
  JobStore,
  PoolRegistry,
  Random,
  RunningJob,
  WorkerRegistry,
} from "@lambda-lite/backplane/ports";
import { ExitReason, faultDelayMs } from "@lambda-lite/shared";
import type { Logger } from "pino";

/** Pause between two rounds, in ms: how long a due job waits when the doorbell was lost, and few others are due. */
const ROUND_MS = 500;
/** How often dead workers are looked for, in ms: a part of a lease's 20 s, so a job is back within 30 s. */
const EXPIRY_MS = 2_000;
/** How often the mirror of the pauses is made anew, in ms: an emptied Redis has forgotten them. */
const PAUSE_MS = 5_000;
/** How often a batch of old jobs is deleted, in ms: 100 jobs/s, more than one installation runs for long. */
const RETENTION_MS = 5_000;
/** Jobs per read. Small, because it is read twice a second over a backlog of any length. */
const BATCH = 500;

export interface Reconciler {
  start(): void;
  stop(): Promise<void>;
  /** One round of the walk over due jobs. @returns how many were missing from the queue. */
  enqueueMissing(): Promise<number>;
  /** Gives back every job of dead workers. @returns how many. */
  expireLost(): Promise<number>;
  /** Deletes a batch of jobs that ended longer ago than they are kept. @returns how many. */
  purgeOld(): Promise<number>;
  /** Makes every queue show whether its pool is paused. @returns 0: it's no news. */
  mirrorPauses(): Promise<number>;
}

/**
 * Makes the hurry follow the truth: what is due in Mongo and missing in the queue is queued, what runs
 * under a dead worker is given back, what is paused is shown as paused. One API replica does it, to save the others'
 * work and not for safety: every duty is idempotent.
 */
export function createReconciler(deps: {
  jobs: Pick<JobStore, "due" | "running" | "overdue" | "expire" | "purgeEnded">;
  queue: JobQueue;
  workers: WorkerRegistry;
  pools: Pick<PoolRegistry, "list">;
  /** How long jobs are kept after their end, in ms; undefined: for ever. */
  retentionMs: number | undefined;
  /** Whether this process is the one to do it. */
  leads: () => boolean;
  clock: Clock;
  random: Pick<Random, "fraction">;
  logger: Logger;
}): Reconciler {
  const { jobs, queue, workers, pools, retentionMs, leads, clock, random, logger } = deps;
  const stopping = new AbortController();
  let loops: Promise<unknown> = Promise.resolve();
  /** Where the walk goes on: it takes a batch each round, and begins anew at the end. */
  let cursor: DueCursor | null = null;

  async function enqueueMissing(): Promise<number> {
    const due = await jobs.due(cursor, BATCH);
    const queued = await queue.has(due);
    const missing = due.filter((_, index) => !queued[index]);
    await Promise.all(missing.map((attempt) => queue.enqueue(attempt)));
    // Last: a round that failed is repeated from where it began.
    cursor = due.length < BATCH ? null : (due.at(-1)?.cursor ?? null);
    return missing.length;
  }

  async function expireLost(): Promise<number> {
    const living = new Set((await workers.living()).map(lifeKey));
    let expired = 0;
    for await (const job of runningJobs()) {
      if (!living.has(lifeKey(job)) && (await expire(job))) expired += 1;
    }
    // Their workers live and renew, but have forgotten them.
    for (const job of await jobs.overdue(BATCH)) {
      if (await expire(job)) expired += 1;
    }
    return expired;
  }

  const purgeOld = async () => (retentionMs === undefined ? 0 : jobs.purgeEnded(retentionMs, BATCH));

  async function mirrorPauses(): Promise<number> {
    for (const { pool, paused } of await pools.list()) await queue.mirrorPause(pool, paused);
    return 0;
  }

  async function* runningJobs(): AsyncGenerator<RunningJob> {
    for (let afterId: string | null = null; ;) {
      const batch: RunningJob[] = await jobs.running(afterId, BATCH);
      yield* batch;
      if (batch.length < BATCH) return;
      afterId = batch.at(-1)?.id ?? null;
    }
  }

  async function expire(job: RunningJob): Promise<boolean> {
    const reason = ExitReason.WORKER_LOST;
    const given = await jobs.expire(job, {
      reason,
      countsAs: "fault",
      error: "Its worker died or lost it, and it had failed too often through no fault of its own",
      delayMs: faultDelayMs(reason, job.faults + 1, random.fraction()),
    });
    if (!given) return false;
    logger.warn({ jobId: job.id, workerId: job.workerId, now: given.status }, "worker lost");
    return true;
  }

  /** Repeats a duty. Logs when it begins to fail and when it works again, not each time. */
  async function repeat(what: string, everyMs: number, duty: () => Promise<number>): Promise<void> {
    let failing = false;
    while (!stopping.signal.aborted) {
      try {
        const count = leads() ? await duty() : 0;
        if (count > 0) logger.info({ count }, what);
        failing = false;
      } catch (err) {
        if (!failing) logger.warn({ err }, `${what}: failing; will try on`);
        failing = true;
      }
      await clock.sleep(everyMs, stopping.signal);
    }
  }

  return {
    enqueueMissing,
    expireLost,
    purgeOld,
    mirrorPauses,
    start() {
      loops = Promise.all([
        repeat("queued what was missing", ROUND_MS, enqueueMissing),
        repeat("gave back jobs of lost workers", EXPIRY_MS, expireLost),
        repeat("mirrored pauses", PAUSE_MS, mirrorPauses),
        repeat("deleted jobs that were kept long enough", RETENTION_MS, purgeOld),
      ]);
    },
    async stop() {
      stopping.abort();
      await loops;
    },
  };
}

function lifeKey({ workerId, epoch }: { workerId: string; epoch: number }): string {
  return `${epoch}:${workerId}`;
}
