import { z } from "zod";
import { jobIdSchema } from "./job-query.ts";
import type { LogMessage } from "./job-logs.ts";
import type { JobListItem, JobSummary } from "./job.ts";
import type { Problem } from "./problem.ts";

/** Messages the server sends over socket.io. */
export const ServerEvent = {
  /** A job's current state, to those who subscribed to it. */
  JOB_UPDATE: "job:update",
  /** The newest state of each of an owner's jobs that changed lately, at most ten frames a second. */
  JOBS_UPDATE: "jobs:update",
  /** What a job prints, to those who follow its log; ends with its own `end`. */
  JOB_LOG: "job:log",
} as const;

/** Messages a client sends; each is answered by an acknowledgement. */
export const ClientEvent = {
  JOB_SUBSCRIBE: "job:subscribe",
  JOB_UNSUBSCRIBE: "job:unsubscribe",
  JOBS_SUBSCRIBE: "jobs:subscribe",
  JOBS_UNSUBSCRIBE: "jobs:unsubscribe",
  LOGS_SUBSCRIBE: "job:logs:subscribe",
  LOGS_UNSUBSCRIBE: "job:logs:unsubscribe",
} as const;

export const jobSubscriptionSchema = z.strictObject({ jobId: jobIdSchema });
export const jobsSubscriptionSchema = z.strictObject({});

/** `{ok: true, …}`, or the same problem document that HTTP would answer with. */
export type Ack<T extends object = object> = ({ ok: true } & T) | { ok: false; problem: Problem };

export interface ServerToClientEvents {
  [ServerEvent.JOB_UPDATE]: (job: JobSummary) => void;
  [ServerEvent.JOB_LOG]: (message: { jobId: string } & LogMessage) => void;
  [ServerEvent.JOBS_UPDATE]: (frame: { jobs: JobListItem[] }) => void;
}

export interface ClientToServerEvents {
  [ClientEvent.JOB_SUBSCRIBE]: (message: { jobId: string }, ack: (answer: Ack<{ job: JobSummary }>) => void) => void;
  [ClientEvent.JOB_UNSUBSCRIBE]: (message: { jobId: string }, ack: (answer: Ack) => void) => void;
  [ClientEvent.LOGS_SUBSCRIBE]: (message: { jobId: string; after?: string }, ack: (answer: Ack) => void) => void;
  [ClientEvent.LOGS_UNSUBSCRIBE]: (message: { jobId: string }, ack: (answer: Ack) => void) => void;
  [ClientEvent.JOBS_SUBSCRIBE]: (message: object, ack: (answer: Ack) => void) => void;
  [ClientEvent.JOBS_UNSUBSCRIBE]: (message: object, ack: (answer: Ack) => void) => void;
}
