import type {
  ExitReason,
  Job,
  JobExecutionResult,
  JobPage,
  JobQuery,
  JobStatus,
  JobSummary,
  JsonValue,
  LogSpans,
  PageQuery,
  ResourceLimits,
  RetryPolicy,
} from "@lambda-lite/shared";

/** A job about to exist. Times are the database's own. */
export interface NewJob {
  /** 24 hex digits. */
  id: string;
  owner: string;
  pool: string;
  /** 0 (first) … 7. */
  priority: number;
  code: string;
  args: readonly JsonValue[];
  limits: ResourceLimits;
  /** Not to be run before: a moment, or so many ms from now. Absent: at once. */
  availableAt?: Date | { delayMs: number };
  retry?: RetryPolicy;
  /** A second insert with this owner's key makes no second job. */
  idempotency?: {
    key: string;
    /** Hash of what was submitted: the same key with another one is a mistake. */
    payloadHash: string;
  };
}

/** One attempt of a job: what the queue carries. `attempt` is the number the claim will write. */
export interface AttemptRef {
  id: string;
  attempt: number;
}

/** An attempt, and where it queues. */
export interface RunnableAttempt extends AttemptRef {
  pool: string;
  priority: number;
}

/** Who claims: a worker's life. */
export interface Claimant {
  workerId: string;
  epoch: number;
}

/** The right to write a running job's outcome: nobody else knows the token. */
export interface Held {
  id: string;
  /** Fencing token, made by the claimant before it claims. */
  token: string;
}

/** What a worker needs to run a job. */
export interface ClaimedJob extends Held {
  attempt: number;
  owner: string;
  code: string;
  /** The arguments as the text of one JSON array. */
  argsJson: string;
  limits: ResourceLimits;
  retry?: RetryPolicy;
  /** Failures of its own code, and faults of the platform, before this attempt. */
  failures: number;
  faults: number;
  /** From runnable to claimed, in ms, on the database's clock. */
  queueTime: number;
}

/** A RUNNING job and the life that runs it. */
export interface HeldBy extends Held, Claimant {}

/** A RUNNING job as the reconciler sees it. */
export interface RunningJob extends HeldBy {
  faults: number;
}

/** Why a job goes back, and when it may run again. */
export interface Return {
  reason: ExitReason;
  /** A fault of the platform is counted against the budget, a failure of its own code against the job's tries. */
  countsAs: "fault" | "failure" | "nothing";
  /** Said to the user if this was the last straw. */
  error: string;
  /** From now, in ms. */
  delayMs: number;
}

/** Position in the walk over due jobs. */
export interface DueCursor {
  availableAt: Date;
  id: string;
}

/**
 * The truth about jobs. Each transition is ONE conditional write, acknowledged by a majority and
 * journaled, and answers the state it committed or null when its condition didn't hold. Every
 * method throws an AppError `STORE_UNAVAILABLE` when the database can't be reached in time.
 */
export interface JobTransitions {
  /**
   * – → PENDING. Once this resolves, the job is never lost. Answers the job of the first insert, whose id is another
   * one, when this owner's idempotency key is known. @throws AppError `IDEMPOTENCY_CONFLICT`
   */
  insert(job: NewJob): Promise<Job>;
  /** PENDING → RUNNING. Null: not runnable, or somebody else has this attempt. No claim, no run. */
  claim(attempt: AttemptRef, by: Claimant, token: string): Promise<Transition<ClaimedJob> | null>;
  /** RUNNING → PENDING; CANCELLED if a cancel was asked; FAILED when the fault budget is spent. */
  release(held: Held, why: Return): Promise<JobSummary | null>;
  /**
   * RUNNING → COMPLETED / FAILED / CANCELLED. Answers the job also when an earlier try of the same
   * holder was committed and only its reply was lost; null when somebody else owns the job now.
   */
  finish(held: Held, outcome: JobExecutionResult): Promise<JobSummary | null>;
  /** PENDING → CANCELLED, or marks RUNNING. Null: no such job of this owner. */
  requestCancel(id: string, owner: string): Promise<CancelAnswer | null>;
  /** Like `release`, for a job whose worker is dead or overdue; refused (null) while it isn't. */
  expire(job: HeldBy, why: Return): Promise<JobSummary | null>;
  /**
   * A dead letter → a new PENDING job `newId` with a fresh budget; the old one stays as it ended. A dead letter is
   * redriven once: answers the job of the first time, whose id is another one. Null: no such dead letter of this owner.
   */
  redrive(id: string, owner: string, newId: string): Promise<Job | null>;
  /** Deletes up to `limit` jobs that ended more than `ageMs` ago; dead letters stay. @returns how many. */
  purgeEnded(ageMs: number, limit: number): Promise<number>;
  /** Deletes a dead letter, or all of an owner's, for good. @returns how many. */
  purgeDeadLetters(owner: string, id?: string): Promise<number>;
}

/** A committed state together with what the caller asked for. */
export interface Transition<T> {
  value: T;
  summary: JobSummary;
}

export type CancelAnswer =
  | { outcome: "cancelled" | "requested"; summary: JobSummary }
  | { outcome: "already-finished"; summary: JobSummary };

/** A job's log as stored, and where the job stands. */
export interface StoredLog {
  status: JobStatus;
  attempt: number;
  text: string;
  spans: LogSpans;
}

export interface JobQueries {
  find(id: string, owner: string): Promise<Job | null>;
  findSummary(id: string, owner: string): Promise<JobSummary | null>;
  /** What was stored with the outcome; empty while there is none. */
  findLog(id: string, owner: string): Promise<StoredLog | null>;
  /** Those of these jobs that exist, of whatever owner; for processes that checked the owner before. */
  findSummaries(ids: readonly string[]): Promise<JobSummary[]>;
  list(owner: string, query: JobQuery): Promise<JobPage>;
  /** Dead letters, the latest first. */
  deadLetters(owner: string, query: PageQuery): Promise<JobPage>;
  /** Ids of dead letters that nobody redrove yet, the oldest first. */
  undrivenDeadLetters(owner: string, limit: number): Promise<string[]>;
  /** Jobs that could run now, oldest first, strictly after `after`. */
  due(after: DueCursor | null, limit: number): Promise<Array<RunnableAttempt & { cursor: DueCursor }>>;
  /** RUNNING jobs, by id, strictly after `afterId`. */
  running(afterId: string | null, limit: number): Promise<RunningJob[]>;
  /** RUNNING jobs past the latest moment at which a living worker could still be at it. */
  overdue(limit: number): Promise<RunningJob[]>;
  /** What the store believes that this worker's life is running, and which of it shall be cancelled. */
  heldBy(claimant: Claimant): Promise<Array<Held & { cancelRequested: boolean }>>;
  /** Whether this very token holds the job: tells what became of a claim whose reply was lost. */
  findClaim(held: Held): Promise<Transition<ClaimedJob> | null>;
}

export interface JobStore extends JobTransitions, JobQueries {}
