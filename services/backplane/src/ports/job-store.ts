import type {
  ExitReason,
  Job,
  JobExecutionResult,
  JobPage,
  JobQuery,
  JobSummary,
  JsonValue,
  ResourceLimits,
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
  /** From runnable to claimed, in ms, on the database's clock. */
  queueTime: number;
}

/** A RUNNING job as the reconciler sees it. */
export interface RunningJob extends Held {
  workerId: string;
  epoch: number;
}

/** Why a job goes back, and whether that counts against its fault budget. */
export interface Return {
  reason: ExitReason;
  countsAsFault: boolean;
  /** Said to the user if this was the last straw. */
  error: string;
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
  /** – → PENDING. Once this resolves, the job is never lost. */
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
  expire(job: RunningJob, why: Return): Promise<JobSummary | null>;
}

/** A committed state together with what the caller asked for. */
export interface Transition<T> {
  value: T;
  summary: JobSummary;
}

export type CancelAnswer =
  | { outcome: "cancelled" | "requested"; summary: JobSummary }
  | { outcome: "already-finished"; summary: JobSummary };

export interface JobQueries {
  find(id: string, owner: string): Promise<Job | null>;
  findSummary(id: string, owner: string): Promise<JobSummary | null>;
  /** Those of these jobs that exist, of whatever owner; for processes that checked the owner before. */
  findSummaries(ids: readonly string[]): Promise<JobSummary[]>;
  list(owner: string, query: JobQuery): Promise<JobPage>;
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
