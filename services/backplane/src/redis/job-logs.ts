import { logEntriesSchema } from "@lambda-lite/shared";
import type { Redis } from "ioredis";
import type { JobLogs, LogEntry } from "../ports/index.ts";
import type { Subscriptions } from "./subscriptions.ts";
import { createTopic } from "./topic.ts";
import type { Topic } from "./topic.ts";

/** A running job's pieces are kept so long after the last one, in seconds: longer than a job may be silent. */
const RUNNING_TTL_S = 900;
/** Most pieces of one job, about: its text is bounded, of tiny pieces there could be a million. The oldest go first. */
const MAX_PIECES = 20_000;
/** An ended job's, in seconds: for followers that are reading them just now; all others read the stored text. */
const ENDED_TTL_S = 5;

/**
 * JobLogs on one Redis stream per job. A piece's place is its id in the stream (`<attempt>-<offset>`): Redis itself
 * refuses ids that don't rise (XADD), and reading on is a range.
 */
export function createJobLogs(deps: { redis: Redis; subscriptions: Subscriptions; prefix: string }): JobLogs {
  const { redis, subscriptions, prefix } = deps;
  /** Of the jobs whose logs are followed here. */
  const topics = new Map<string, Topic<LogEntry[]>>();
  const keyOf = (jobId: string) => `${prefix}:job-logs:${jobId}`;

  return {
    async append(jobId, entries) {
      const key = keyOf(jobId);
      const pipeline = redis.pipeline();
      for (const { end, stream, text } of entries) {
        pipeline.xadd(key, "MAXLEN", "~", MAX_PIECES, `${end.attempt}-${end.offset}`, "s", stream, "t", text);
      }
      pipeline.expire(key, RUNNING_TTL_S);
      pipeline.publish(key, JSON.stringify(entries));
      for (const [error] of (await pipeline.exec()) ?? []) if (error) throw error;
    },
    async length(jobId, attempt) {
      const [last] = await redis.xrevrange(keyOf(jobId), "+", "-", "COUNT", 1);
      if (!last) return 0;
      const end = toPosition(last[0]);
      if (end.attempt > attempt) return undefined;
      return end.attempt === attempt ? end.offset : 0;
    },
    async read(jobId, after, limit) {
      const found = await redis.xrange(keyOf(jobId), `(${after.attempt}-${after.offset}`, "+", "COUNT", limit);
      return found.map(toEntry);
    },
    follow(jobId, listener) {
      const topic = topics.get(jobId) ?? createTopic(subscriptions, keyOf(jobId), parseEntries);
      topics.set(jobId, topic);
      const stop = topic.subscribe(listener);
      return () => {
        stop();
        if (topic.listeners() === 0 && topics.get(jobId) === topic) topics.delete(jobId);
      };
    },
    async expire(jobId) {
      await redis.expire(keyOf(jobId), ENDED_TTL_S);
    },
  };
}

function toPosition(id: string): LogEntry["end"] {
  const [attempt = 0, offset = 0] = id.split("-").map(Number);
  return { attempt, offset };
}

function toEntry([id, fields]: [id: string, fields: string[]]): LogEntry {
  return { end: toPosition(id), stream: fields[1] === "stderr" ? "stderr" : "stdout", text: fields[3] ?? "" };
}

function parseEntries(text: string): LogEntry[] | undefined {
  try {
    return logEntriesSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
