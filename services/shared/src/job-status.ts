import { z } from "zod";

/** `PENDING → RUNNING → COMPLETED | FAILED | CANCELLED`; a release takes RUNNING back to PENDING. */
export const JobStatus = {
  PENDING: "PENDING",
  RUNNING: "RUNNING",
  COMPLETED: "COMPLETED",
  FAILED: "FAILED",
  CANCELLED: "CANCELLED",
} as const;
export type JobStatus = (typeof JobStatus)[keyof typeof JobStatus];

export const jobStatusSchema = z.enum(JobStatus);

const TERMINAL: ReadonlySet<JobStatus> = new Set([JobStatus.COMPLETED, JobStatus.FAILED, JobStatus.CANCELLED]);

/** Terminal states never change. */
export function isTerminal(status: JobStatus): boolean {
  return TERMINAL.has(status);
}
