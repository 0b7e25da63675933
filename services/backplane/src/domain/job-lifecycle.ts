import { setImmediate as nextTurn } from "node:timers/promises";
import type { Job, JobSummary } from "@lambda-lite/shared";
import type { Logger } from "pino";
import type { CancelSignals, JobEvents, JobQueue, JobStore, RunnableAttempt } from "../ports/index.ts";

/**
 * The store's transitions, each followed by the hurry: ring the queue when a job became runnable, and
 * tell everybody what it is now. This is the only module that publishes events, and it does so from
 * the state that was committed, after the write.
 *
 * The hurry is never waited for and its failure changes no answer: the truth is written, and the
 * reconciler rings again for what a crash or an absent Redis left unrung.
 */
export interface JobLifecycle extends JobStore {
  /** Resolves when all hurry begun so far is over; for an orderly end. */
  settle(): Promise<void>;
}

export function createJobLifecycle(deps: {
  store: JobStore;
  queue: JobQueue;
  events: JobEvents;
  cancels: Pick<CancelSignals, "publish">;
  logger: Logger;
}): JobLifecycle {
  const { store, queue, events, cancels, logger } = deps;
  const underway = new Set<Promise<void>>();

  function hurry(what: string, jobId: string, work: Promise<void>): void {
    const done = work
      .catch((err) => logger.debug({ jobId, err }, `${what} left to the reconciler`))
      .finally(() => underway.delete(done));
    underway.add(done);
  }

  /** What is to wait is left to the reconciler: the queue holds only what can run now. */
  function announce(job: JobSummary, delayMs = 0): void {
    if (job.status === "PENDING" && delayMs <= 0) hurry("queueing", job.id, queue.enqueue(nextAttempt(job)));
    hurry("event", job.id, tell(job));
  }

  /**
   * At once, so that a state is told before the next one, which another process may reach. Only a claimed job is the
   * caller's own until it ends: it starts with the caller's next line, and that comes first.
   */
  async function tell(job: JobSummary): Promise<void> {
    if (job.status === "RUNNING") await nextTurn();
    await events.publish(job);
  }

  /** A second insert answers the first one's job, which was announced then. */
  function announceNew(job: Job, id: string): void {
    const { code: _code, args: _args, logs: _logs, ...summary } = job;
    // Both are the database's own times: a clock of ours has no say.
    if (job.id === id) announce(summary, Date.parse(job.availableAt ?? job.createdAt) - Date.parse(job.createdAt));
  }

  function announced(summary: JobSummary | null, delayMs?: number): JobSummary | null {
    if (summary) announce(summary, delayMs);
    return summary;
  }

  return {
    ...store,
    async insert(newJob) {
      const job = await store.insert(newJob);
      announceNew(job, newJob.id);
      return job;
    },
    async redrive(id, owner, newId) {
      const job = await store.redrive(id, owner, newId);
      if (job) announceNew(job, newId);
      return job;
    },
    async claim(attempt, by, token) {
      const claimed = await store.claim(attempt, by, token);
      announced(claimed && claimed.summary);
      return claimed;
    },
    async release(held, why) {
      return announced(await store.release(held, why), why.delayMs);
    },
    async finish(held, outcome) {
      return announced(await store.finish(held, outcome));
    },
    async expire(job, why) {
      return announced(await store.expire(job, why), why.delayMs);
    },
    async requestCancel(id, owner) {
      const answer = await store.requestCancel(id, owner);
      if (answer && answer.outcome !== "already-finished") announce(answer.summary);
      if (answer?.outcome === "requested") hurry("cancel", id, cancels.publish(id));
      if (answer?.outcome === "cancelled") {
        hurry("dequeueing", id, queue.remove(nextAttempt(answer.summary)));
      }
      return answer;
    },
    async settle() {
      while (underway.size > 0) await Promise.all(underway);
    },
  };
}

/** The attempt that the next claim of this job will write. */
function nextAttempt({ id, attempt, pool, priority }: JobSummary): RunnableAttempt {
  return { id, attempt: attempt + 1, pool, priority };
}
