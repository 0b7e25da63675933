import type { AttemptRef, RunnableAttempt } from "./job-store.ts";

/** Entries of one queue, by where they stand. */
export interface QueueCounts {
  waiting: number;
  active: number;
}

/**
 * The doorbell: it makes a PENDING job run soon, and knows nothing that Mongo doesn't. Adding an
 * attempt that is already there, in whatever state, changes nothing.
 */
export interface JobQueue {
  enqueue(attempt: RunnableAttempt): Promise<void>;
  /** Which of these are in the queue, in whatever state; one answer each, in order. */
  has(attempts: readonly RunnableAttempt[]): Promise<boolean[]>;
  remove(attempt: RunnableAttempt): Promise<void>;
  counts(pool: string): Promise<QueueCounts>;
  /** Makes the queue show what Mongo says: consumers stop or go on at once, and the autoscaler sees it. */
  mirrorPause(pool: string, paused: boolean): Promise<void>;
}

/** An entry that this consumer took. Its lock is kept alive until it is settled. */
export interface QueueEntry {
  attempt: AttemptRef;
  /** Takes it off the queue. Never throws: an entry that comes back is refused at its claim. */
  ack(): Promise<void>;
  /** Gives it to another worker at once. Never throws: an unreachable queue gives it back by itself. */
  putBack(): Promise<void>;
}

/** One worker's end of a queue. */
export interface JobConsumer {
  /**
   * The next entry, or null after about a second without one. A read whose signal is aborted ends within two seconds,
   * also while the queue is away; an entry that comes later goes back.
   * @throws when the queue can't be reached.
   */
  next(signal?: AbortSignal): Promise<QueueEntry | null>;
  close(): Promise<void>;
}
