import type { JobService } from "../../domain/job-service.ts";
import type { Handler } from "../handler.ts";

export const listJobs =
  (jobs: JobService): Handler =>
  async ({ query, principal }) => ({ status: 200, body: await jobs.list(query, principal) });
