import type { DeadLetterService } from "../domain/dead-letter-service.ts";
import type { JobService } from "../domain/job-service.ts";
import type { LogService } from "../domain/log-service.ts";
import type { QueueService } from "../domain/queue-service.ts";
import type { Handler } from "./handler.ts";
import { cancelJob } from "./handlers/cancel-job.ts";
import {
  listDeadLetters,
  purgeDeadLetter,
  purgeDeadLetters,
  redriveDeadLetter,
  redriveDeadLetters,
} from "./handlers/dead-letters.ts";
import { getJob } from "./handlers/get-job.ts";
import { getJobLogs } from "./handlers/job-logs.ts";
import { listJobs } from "./handlers/list-jobs.ts";
import { listQueues, pauseQueue, resumeQueue } from "./handlers/queues.ts";
import { submitJob } from "./handlers/submit-job.ts";

export interface Route {
  method: "get" | "post" | "delete";
  path: string;
  /** Whether it reads a JSON body. */
  body: boolean;
  handle: Handler;
}

/** The REST interface, one line an address. */
export function createRoutes(services: {
  jobs: JobService;
  logs: LogService;
  deadLetters: DeadLetterService;
  queues: QueueService;
}): Route[] {
  const { jobs, logs, deadLetters, queues } = services;
  return [
    { method: "post", path: "/api/jobs", body: true, handle: submitJob(jobs) },
    { method: "get", path: "/api/jobs", body: false, handle: listJobs(jobs) },
    { method: "get", path: "/api/jobs/:id", body: false, handle: getJob(jobs) },
    { method: "post", path: "/api/jobs/:id/cancel", body: false, handle: cancelJob(jobs) },
    { method: "get", path: "/api/jobs/:id/logs", body: false, handle: getJobLogs(logs) },
    { method: "get", path: "/api/dead-letters", body: false, handle: listDeadLetters(deadLetters) },
    { method: "delete", path: "/api/dead-letters", body: false, handle: purgeDeadLetters(deadLetters) },
    { method: "post", path: "/api/dead-letters/redrive", body: false, handle: redriveDeadLetters(deadLetters) },
    { method: "post", path: "/api/dead-letters/:id/redrive", body: false, handle: redriveDeadLetter(deadLetters) },
    { method: "delete", path: "/api/dead-letters/:id", body: false, handle: purgeDeadLetter(deadLetters) },
    { method: "get", path: "/api/queues", body: false, handle: listQueues(queues) },
    { method: "post", path: "/api/queues/:pool/pause", body: false, handle: pauseQueue(queues) },
    { method: "post", path: "/api/queues/:pool/resume", body: false, handle: resumeQueue(queues) },
  ];
}
