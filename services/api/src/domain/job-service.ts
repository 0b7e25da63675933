import { createHash } from "node:crypto";
import type { Clock, JobStore, NewJob, Random } from "@lambda-lite/backplane/ports";
import { AppError } from "@lambda-lite/backplane/ports";
import {
  DEFAULT_POOL,
  idempotencyKeySchema,
  isTerminal,
  jobIdSchema,
  jobQuerySchema,
  jobSubmissionSchema,
  MAX_DELAY_MS,
} from "@lambda-lite/shared";
import type { Job, JobPage, JobSummary, ResourceLimits, ValidJobSubmission } from "@lambda-lite/shared";
import type { JobEnds } from "./job-ends.ts";
import { jobLimits } from "./job-limits.ts";
import type { Principal } from "./principal.ts";
import { validate } from "./schema-validation.ts";

/** Middle of the eight bands, so that there is room on both sides. */
const DEFAULT_PRIORITY = 4;

/**
 * What can be done with jobs, free of HTTP: sockets, batches, schedules and the operator enter here.
 * Every method takes what came over the wire and throws AppError: VALIDATION_FAILED, JOB_NOT_FOUND,
 * STORE_UNAVAILABLE.
 */
export interface JobService {
  /**
   * Stores the job; once this resolves, it will run. With an idempotency key a second submission of the same is
   * answered with the job of the first; of another: IDEMPOTENCY_CONFLICT.
   */
  submit(submission: unknown, principal: Principal, idempotencyKey?: string): Promise<{ job: Job; isNew: boolean }>;
  get(id: unknown, principal: Principal): Promise<Job>;
  getSummary(id: unknown, principal: Principal): Promise<JobSummary>;
  /** The job when it has ended, or as it is when the time is over. */
  getEnded(id: unknown, principal: Principal, options: WaitOptions): Promise<{ job: Job; hasEnded: boolean }>;
  /** Ends a job that waits, at once, and has one that runs stopped. @throws AppError `JOB_ALREADY_ENDED` */
  cancel(id: unknown, principal: Principal): Promise<{ job: JobSummary; isOver: boolean }>;
  list(query: unknown, principal: Principal): Promise<JobPage>;
}

export interface WaitOptions {
  timeoutMs: number;
  /** Aborted when nobody waits any more. */
  signal: AbortSignal;
}

export function createJobService(deps: {
  jobs: Pick<JobStore, "insert" | "find" | "findSummary" | "list" | "requestCancel">;
  ends: Pick<JobEnds, "wait">;
  clock: Clock;
  random: Random;
  /** Most that the operator lets a job ask for. */
  maxima: ResourceLimits;
  /** Told about every accepted job. */
  onSubmitted: (job: Job) => void;
}): JobService {
  const { jobs, ends, clock, random, maxima, onSubmitted } = deps;

  return {
    async submit(submission, principal, idempotencyKey) {
      const valid = validate(jobSubmissionSchema, submission);
      const { code, args, retry } = valid;
      const limits = jobLimits(valid, maxima);
      const id = newJobId(clock, random);
      const availableAt = firstMoment(valid, clock);
      const job = await jobs.insert({
        id,
        owner: principal.owner,
        pool: DEFAULT_POOL,
        priority: DEFAULT_PRIORITY,
        code,
        args,
        limits,
        ...(availableAt && { availableAt }),
        ...(retry && { retry }),
        ...(idempotencyKey !== undefined && {
          idempotency: idempotency(idempotencyKey, [code, args, limits, availableAt, retry]),
        }),
      });
      const isNew = job.id === id;
      if (isNew) onSubmitted(job);
      return { job, isNew };
    },

    async get(id, principal) {
      return found(await jobs.find(knownForm(id), principal.owner));
    },
    async getSummary(id, principal) {
      return found(await jobs.findSummary(knownForm(id), principal.owner));
    },
    async getEnded(id, principal, { timeoutMs, signal }) {
      const jobId = knownForm(id);
      const wait = new AbortController();
      // Listening comes before looking, so that no end falls in between.
      const waited = ends.wait(jobId, timeoutMs, AbortSignal.any([signal, wait.signal]));
      try {
        const now = found(await jobs.findSummary(jobId, principal.owner));
        if (!isTerminal(now.status)) await waited;
        const job = found(await jobs.find(jobId, principal.owner));
        return { job, hasEnded: isTerminal(job.status) };
      } finally {
        wait.abort();
      }
    },

    async cancel(id, principal) {
      const answer = found(await jobs.requestCancel(knownForm(id), principal.owner));
      const { outcome, summary } = answer;
      if (outcome !== "already-finished") return { job: summary, isOver: outcome === "cancelled" };
      throw new AppError("JOB_ALREADY_ENDED", `It is ${summary.status}`);
    },

    async list(query, principal) {
      return jobs.list(principal.owner, validate(jobQuerySchema, query));
    },
  };
}

function firstMoment({ runAt, delayMs }: ValidJobSubmission, clock: Clock): NewJob["availableAt"] {
  if (runAt !== undefined) {
    const moment = new Date(runAt);
    if (moment.getTime() <= clock.nowMs() + MAX_DELAY_MS) return moment;
    throw new AppError("VALIDATION_FAILED", undefined, {
      errors: [{ path: "runAt", message: "must be within a year" }],
    });
  }
  return delayMs ? { delayMs } : undefined;
}

/** The hash is of what was meant, with its defaults: the same submission, however it was written. */
function idempotency(key: string, submission: readonly unknown[]): NonNullable<NewJob["idempotency"]> {
  const { data, success } = idempotencyKeySchema.safeParse(key);
  if (!success) {
    throw new AppError("VALIDATION_FAILED", undefined, {
      errors: [{ path: "Idempotency-Key", message: "must be 1 to 255 printable ASCII characters" }],
    });
  }
  return { key: data, payloadHash: createHash("sha256").update(JSON.stringify(submission)).digest("hex") };
}

/** An ObjectId in hex: seconds since 1970 in 4 bytes, then 8 unguessable ones. */
export function newJobId(clock: Clock, random: Random): string {
  const seconds = Math.floor(clock.nowMs() / 1_000);
  return seconds.toString(16).padStart(8, "0") + random.hex(8);
}

/** An id of another form is no job's: the same answer as for one that doesn't exist. */
function knownForm(id: unknown): string {
  const parsed = jobIdSchema.safeParse(id);
  if (!parsed.success) throw new AppError("JOB_NOT_FOUND", "A job's id has 24 lower-case hex digits");
  return parsed.data;
}

function found<T>(job: T | null): T {
  if (job === null) throw new AppError("JOB_NOT_FOUND");
  return job;
}
