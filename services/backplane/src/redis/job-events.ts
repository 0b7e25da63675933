import { jobSummarySchema } from "@lambda-lite/shared";
import type { JobSummary } from "@lambda-lite/shared";
import type { Redis } from "ioredis";
import type { Logger } from "pino";
import type { JobEvents } from "../ports/index.ts";
import type { Subscriptions } from "./subscriptions.ts";
import { createTopic } from "./topic.ts";

/** JobEvents over Redis pub/sub. The channel stands beside the queues, so that one prefix separates two installations. */
export function createJobEvents(deps: {
  publisher: Redis;
  subscriptions: Subscriptions;
  prefix: string;
  logger: Logger;
}): JobEvents {
  const { publisher, subscriptions, prefix, logger } = deps;
  const channel = `${prefix}:job-events`;
  const topic = createTopic(subscriptions, channel, (text) => {
    const job = parseSummary(text);
    if (!job) logger.warn({ bytes: text.length }, "dropped an event that is not a job summary");
    return job;
  });
  return {
    async publish(job) {
      await publisher.publish(channel, JSON.stringify(job));
    },
    subscribe: topic.subscribe,
  };
}

function parseSummary(text: string): JobSummary | undefined {
  try {
    return jobSummarySchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
