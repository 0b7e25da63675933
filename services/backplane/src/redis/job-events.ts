import { jobSummarySchema } from "@lambda-lite/shared";
import type { JobSummary } from "@lambda-lite/shared";
import type { Redis } from "ioredis";
import type { Logger } from "pino";
import type { JobEvents } from "../ports/index.ts";
import type { Subscriptions } from "./subscriptions.ts";

/** JobEvents over Redis pub/sub. The channel stands beside the queues, so that one prefix separates two installations. */
export function createJobEvents(deps: {
  publisher: Redis;
  subscriptions: Subscriptions;
  prefix: string;
  logger: Logger;
}): JobEvents {
  const { publisher, subscriptions, prefix, logger } = deps;
  const channel = `${prefix}:job-events`;
  const listeners = new Set<(job: JobSummary) => void>();
  let stop: (() => void) | undefined;

  /** Read once, whatever the number of listeners. */
  function onMessage(text: string): void {
    const job = parseSummary(text);
    if (!job) return logger.warn({ bytes: text.length }, "dropped an event that is not a job summary");
    for (const listener of listeners) listener(job);
  }

  return {
    async publish(job) {
      await publisher.publish(channel, JSON.stringify(job));
    },
    subscribe(listener) {
      // A worker only publishes, and needs no connection to listen on.
      stop ??= subscriptions.listen(channel, onMessage);
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        stop?.();
        stop = undefined;
      };
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
