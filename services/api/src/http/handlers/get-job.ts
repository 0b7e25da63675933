import type { JobService } from "../../domain/job-service.ts";
import type { Handler } from "../handler.ts";

export const getJob =
  (jobs: JobService): Handler =>
  async ({ params, principal }) => ({ status: 200, body: await jobs.get(params["id"], principal) });
