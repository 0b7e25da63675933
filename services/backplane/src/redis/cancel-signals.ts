import { jobIdSchema } from "@lambda-lite/shared";
import type { Redis } from "ioredis";
import type { CancelSignals } from "../ports/index.ts";
import type { Subscriptions } from "./subscriptions.ts";
import { createTopic } from "./topic.ts";

/** CancelSignals over Redis pub/sub; a message is a job's id. */
export function createCancelSignals(deps: {
  publisher: Redis;
  subscriptions: Subscriptions;
  prefix: string;
}): CancelSignals {
  const channel = `${deps.prefix}:cancels`;
  const topic = createTopic(deps.subscriptions, channel, (text) => jobIdSchema.safeParse(text).data);
  return {
    async publish(jobId) {
      await deps.publisher.publish(channel, jobId);
    },
    subscribe: topic.subscribe,
  };
}
