import type { Job } from "@lambda-lite/shared";
import type { JobService } from "../../domain/job-service.ts";
import type { ApiResponse, Handler } from "../handler.ts";
import { waitPreference } from "../wait-preference.ts";

/** 201, or 200 for a job that was there. Asked to wait for its end: 200 when it has ended, 202 when it hasn't in that time. */
export const submitJob =
  (jobs: JobService): Handler =>
  async ({ body, principal, query, header, signal }) => {
    const wait = waitPreference({ query, header });
    const submitted = await jobs.submit(body, principal, header("idempotency-key"));
    if (!wait) return newJobAnswer(submitted);
    const options = { timeoutMs: wait.timeoutMs, signal };
    const { job, hasEnded } = await jobs.getEnded(submitted.job.id, principal, options);
    const { headers } = newJobAnswer(submitted);
    return { status: hasEnded ? 200 : 202, body: job, headers: { ...headers, ...wait.headers } };
  };

/** 201 for a job that was made now; 200 for one that an earlier request of the same made. */
export function newJobAnswer({ job, isNew }: { job: Job; isNew: boolean }): ApiResponse {
  return { status: isNew ? 201 : 200, body: job, headers: { location: `/api/jobs/${job.id}` } };
}
