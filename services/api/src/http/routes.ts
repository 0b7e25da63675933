import type { JobService } from "../domain/job-service.ts";
import type { Handler } from "./handler.ts";
import { getJob } from "./handlers/get-job.ts";
import { listJobs } from "./handlers/list-jobs.ts";
import { submitJob } from "./handlers/submit-job.ts";

export interface Route {
  method: "get" | "post";
  path: string;
  /** Whether it reads a JSON body. */
  body: boolean;
  handle: Handler;
}

/** The REST interface, one line an address. */
export function createRoutes({ jobs }: { jobs: JobService }): Route[] {
  return [
    { method: "post", path: "/api/jobs", body: true, handle: submitJob(jobs) },
    { method: "get", path: "/api/jobs", body: false, handle: listJobs(jobs) },
    { method: "get", path: "/api/jobs/:id", body: false, handle: getJob(jobs) },
  ];
}
