import { jobSummarySchema } from "@lambda-lite/shared";
import type { JobSummary } from "@lambda-lite/shared";
import type { Redis } from "ioredis";
import type { Logger } from "pino";
import type { JobEvents } from "../ports/index.ts";

/** The channel stands beside the queues, so that one prefix separates two installations. */
const channelName = (prefix: string) => `${prefix}:job-events`;

/**
 * JobEvents over Redis pub/sub. A subscriber needs a connection of its own; it is opened with the
 * first listener, because a worker only publishes.
 */
export function createJobEvents(deps: {
  publisher: Redis;
  openSubscriber: () => Redis;
  prefix: string;
  logger: Logger;
}): JobEvents & { close(): Promise<void> } {
  const { publisher, openSubscriber, prefix, logger } = deps;
  const channel = channelName(prefix);
  const listeners = new Set<(job: JobSummary) => void>();
  let subscriber: Redis | undefined;

  function onMessage(_channel: string, text: string) {
    const job = parseSummary(text);
    if (!job) return logger.warn({ bytes: text.length }, "dropped an event that is not a job summary");
    for (const listener of listeners) listener(job);
  }

  return {
    async publish(job) {
      await publisher.publish(channel, JSON.stringify(job));
    },
    subscribe(listener) {
      listeners.add(listener);
      if (!subscriber) {
        subscriber = openSubscriber();
        subscriber.on("message", onMessage);
        // ioredis subscribes again after each reconnect; the first try may meet an absent server.
        subscriber.subscribe(channel).catch((err) => logger.error({ err }, "can't listen for events"));
      }
      return () => listeners.delete(listener);
    },
    async close() {
      listeners.clear();
      subscriber?.disconnect();
    },
  };
}

function parseSummary(text: string): JobSummary | undefined {
  try {
    return jobSummarySchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
