import type { JobService } from "../../domain/job-service.ts";
import type { Handler } from "../handler.ts";

/** 200 with the job when that ended it, 202 while its worker is told. Ended before: 409. */
export const cancelJob =
  (jobs: JobService): Handler =>
  async ({ params, principal }) => {
    const { job, isOver } = await jobs.cancel(params["id"], principal);
    return { status: isOver ? 200 : 202, body: job };
  };
