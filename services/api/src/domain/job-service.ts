import type { Clock, JobStore, Random } from "@lambda-lite/backplane/ports";
import { AppError } from "@lambda-lite/backplane/ports";
import { DEFAULT_LIMITS, DEFAULT_POOL, jobIdSchema, jobQuerySchema, jobSubmissionSchema } from "@lambda-lite/shared";
import type { Job, JobPage, JobSummary } from "@lambda-lite/shared";
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
  /** Stores the job; once this resolves, it will run. */
  submit(submission: unknown, principal: Principal): Promise<Job>;
  get(id: unknown, principal: Principal): Promise<Job>;
  getSummary(id: unknown, principal: Principal): Promise<JobSummary>;
  list(query: unknown, principal: Principal): Promise<JobPage>;
}

export function createJobService(deps: {
  jobs: Pick<JobStore, "insert" | "find" | "findSummary" | "list">;
  clock: Clock;
  random: Random;
  /** Told about every accepted job. */
  onSubmitted: (job: Job) => void;
}): JobService {
  const { jobs, clock, random, onSubmitted } = deps;

  return {
    async submit(submission, principal) {
      const { code, args, timeout } = validate(jobSubmissionSchema, submission);
      const job = await jobs.insert({
        id: newJobId(clock, random),
        owner: principal.owner,
        pool: DEFAULT_POOL,
        priority: DEFAULT_PRIORITY,
        code,
        args,
        limits: { ...DEFAULT_LIMITS, timeout },
      });
      onSubmitted(job);
      return job;
    },
    async get(id, principal) {
      return found(await jobs.find(knownForm(id), principal.owner));
    },
    async getSummary(id, principal) {
      return found(await jobs.findSummary(knownForm(id), principal.owner));
    },
    async list(query, principal) {
      return jobs.list(principal.owner, validate(jobQuerySchema, query));
    },
  };
}

/** An ObjectId in hex: seconds since 1970 in 4 bytes, then 8 unguessable ones. */
function newJobId(clock: Clock, random: Random): string {
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
