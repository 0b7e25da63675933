import type { JobService } from "../../domain/job-service.ts";
import type { Handler } from "../handler.ts";

export const submitJob =
  (jobs: JobService): Handler =>
  async ({ body, principal }) => {
    const job = await jobs.submit(body, principal);
    return { status: 201, body: job, headers: { location: `/api/jobs/${job.id}` } };
  };
