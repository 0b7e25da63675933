import type { JobService } from "../../domain/job-service.ts";
import type { Handler } from "../handler.ts";
import { waitPreference } from "../wait-preference.ts";

/** 200 with the job. Asked to wait for its end: 200 when it has ended, 202 when it hasn't in that time. */
export const getJob =
  (jobs: JobService): Handler =>
  async ({ params, principal, query, header, signal }) => {
    const wait = waitPreference({ query, header });
    if (!wait) return { status: 200, body: await jobs.get(params["id"], principal) };
    const { job, hasEnded } = await jobs.getEnded(params["id"], principal, { timeoutMs: wait.timeoutMs, signal });
    return { status: hasEnded ? 200 : 202, body: job, headers: wait.headers };
  };
