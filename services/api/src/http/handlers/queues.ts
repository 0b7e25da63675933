import type { QueueService } from "../../domain/queue-service.ts";
import type { Handler } from "../handler.ts";

export const listQueues =
  (queues: QueueService): Handler =>
  async () => ({ status: 200, body: await queues.list() });

const setPaused =
  (paused: boolean) =>
  (queues: QueueService): Handler =>
  async ({ params }) => ({ status: 200, body: await queues.setPaused(params["pool"], paused) });

export const pauseQueue = setPaused(true);
export const resumeQueue = setPaused(false);
