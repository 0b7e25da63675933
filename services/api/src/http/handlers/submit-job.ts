import type { Job } from "@lambda-lite/shared";
import type { JobService } from "../../domain/job-service.ts";
import type { ApiResponse, Handler } from "../handler.ts";

export const submitJob =
  (jobs: JobService): Handler =>
  async ({ body, principal, header }) =>
    newJobAnswer(await jobs.submit(body, principal, header("idempotency-key")));

/** 201 for a job that was made now; 200 for one that an earlier request of the same made. */
export function newJobAnswer({ job, isNew }: { job: Job; isNew: boolean }): ApiResponse {
  return { status: isNew ? 201 : 200, body: job, headers: { location: `/api/jobs/${job.id}` } };
}
