import type { LogStream } from "@lambda-lite/shared";

/** A place in a job's log: which attempt, and how much of its text lies before, in UTF-16 units. */
export interface LogPosition {
  attempt: number;
  offset: number;
}

/** A piece of an attempt's log. */
export interface LogEntry {
  /** The place behind it. */
  end: LogPosition;
  stream: LogStream;
  text: string;
}

/**
 * What running jobs have printed so far. The hurry, not the truth: the whole is stored with the job's outcome, and what
 * a loss of Redis takes from here is in it.
 */
export interface JobLogs {
  /**
   * Adds pieces and tells the followers. What isn't behind the last piece is refused, so a worker that lost its job
   * can't write into another's attempt. @throws when Redis can't be reached or refuses.
   */
  append(jobId: string, entries: readonly LogEntry[]): Promise<void>;
  /** How much of this attempt is here; 0 when it's none, undefined when a later attempt has begun. */
  length(jobId: string, attempt: number): Promise<number | undefined>;
  /** Pieces that end behind a place, in order, at most `limit`. */
  read(jobId: string, after: LogPosition, limit: number): Promise<LogEntry[]>;
  /** Calls `listener` with new pieces until the returned function is called. */
  follow(jobId: string, listener: (entries: LogEntry[]) => void): () => void;
  /** The job has ended: its pieces aren't needed for long any more. */
  expire(jobId: string): Promise<void>;
}
