import { z } from "zod";
import { exitReasonSchema, exitSchema } from "./exit-reason.ts";
import { logCursorSchema } from "./job-logs.ts";
import { jobStatusSchema } from "./job-status.ts";
import { storedJsonSchema } from "./json.ts";
import { resourceLimitsSchema } from "./resource-limits.ts";
import { retryPolicySchema } from "./retry-policy.ts";
import { usageSchema } from "./usage.ts";

/** Dates cross the wire as ISO 8601 strings in UTC. */
const timestamp = z.iso.datetime();

/** What every view of a job has: no body (code, args, result, logs). */
const jobFacts = {
  id: z.string(),
  /** Same as `id`; the original system's clients read it. */
  _id: z.string(),
  owner: z.string(),
  pool: z.string(),
  /** 0 (first) … 7. */
  priority: z.int(),
  status: jobStatusSchema,
  /** How often it was started. 0 while nothing has claimed it. */
  attempt: z.int(),
  /** Counts this job's transitions. Of two states, the one with the higher revision is the newer. */
  revision: z.int(),
  limits: resourceLimitsSchema,
  exit: exitSchema.optional(),
  /** What went wrong, with the user's own line numbers when the user's code threw. */
  error: z.string().optional(),
  /** From the header written to the result received, in ms, by the worker's monotonic clock. */
  executionTime: z.number().optional(),
  /** From runnable to claimed, in ms. */
  queueTime: z.number().optional(),
  /** From claimed to a sandbox that can take the code, in ms. */
  sandboxStartTime: z.number().optional(),
  ...usageSchema.partial().shape,
  /** Content address of the image that it ran in: `sha256:…`. */
  imageDigest: z.string().optional(),
  workerId: z.string().optional(),
  /** Up to where the log of an ended job goes. */
  logCursor: logCursorSchema.optional(),
  /** What the job asked for when its own code fails. */
  retry: retryPolicySchema.optional(),
  /** Failures of its own code so far, while it has more tries. */
  failures: z.int().optional(),
  /** Why it was given back last; what is final is in `exit` and `error`. */
  lastFailure: z.object({ reason: exitReasonSchema, error: z.string(), attempt: z.int() }).optional(),
  /** It failed through no fault of its own, too often: kept as a dead letter, which can be redriven. */
  deadLetter: z.literal(true).optional(),
  /** The dead letter that this job is another try of. */
  redriveOf: z.string().optional(),
  /** Not to be run before. Absent in events of a version before this field. */
  availableAt: timestamp.optional(),
  createdAt: timestamp,
  startedAt: timestamp.optional(),
  completedAt: timestamp.optional(),
};

/** A job as the API shows it. */
export const jobSchema = z.object({
  ...jobFacts,
  code: z.string(),
  args: z.array(storedJsonSchema),
  /** What main() returned. Present (perhaps null) when COMPLETED. */
  result: storedJsonSchema.optional(),
  /** Everything it printed, stdout and stderr in order. */
  logs: z.string().optional(),
});
export type Job = z.infer<typeof jobSchema>;

/** A job in a list: lists never read bodies. */
export const jobListItemSchema = z.object(jobFacts);
export type JobListItem = z.infer<typeof jobListItemSchema>;

/** A result of at most this many encoded bytes travels in events; a larger one is fetched. */
export const EVENT_RESULT_BYTES = 16 * 1024;

/** A job in an event: no code, no args, no logs, and only a small result. */
export const jobSummarySchema = z.object({ ...jobFacts, result: storedJsonSchema.optional() });
export type JobSummary = z.infer<typeof jobSummarySchema>;

/** Totals are counted exactly up to here; beyond, `totalCapped` is true (no path scans a collection). */
export const TOTAL_CAP = 10_000;

export const jobPageSchema = z.object({
  jobs: z.array(jobListItemSchema),
  page: z.int(),
  limit: z.int(),
  total: z.int(),
  totalPages: z.int(),
  totalCapped: z.boolean(),
});
export type JobPage = z.infer<typeof jobPageSchema>;
