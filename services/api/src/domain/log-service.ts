import type { Clock, JobLogs, JobStore, StoredLog } from "@lambda-lite/backplane/ports";
import { AppError } from "@lambda-lite/backplane/ports";
import { isTerminal, jobIdSchema } from "@lambda-lite/shared";
import type { LogMessage } from "@lambda-lite/shared";
import type { JobEnds } from "./job-ends.ts";
import { createLogFeeds } from "./log-feed.ts";
import type { LogFeed } from "./log-feed.ts";
import { createLogReader } from "./log-reader.ts";
import type { LogReader } from "./log-reader.ts";
import type { Principal } from "./principal.ts";
import { shareReads } from "./share-reads.ts";

/**
 * Logs of jobs: of ended ones from what was stored with the outcome, of running ones from what is told live. Both count
 * alike (`<attempt>-<offset>`), so a follower passes from one to the other unnoticed. Every method throws AppError:
 * JOB_NOT_FOUND, STORE_UNAVAILABLE.
 */
export interface LogService {
  /** What there is now behind a cursor. */
  read(id: unknown, principal: Principal, after?: string): Promise<LogMessage[]>;
  /** The same, and what comes, to the end. Whoever takes it slowly slows nobody: what he hasn't taken is read again. */
  follow(id: unknown, principal: Principal, options: FollowOptions): Promise<AsyncGenerator<LogMessage, void>>;
}

/** Entries of one read. */
const PAGE = 100;
/** Pause before the store is asked again, in ms. */
const STORE_RETRY_MS = 1_000;

export interface FollowOptions {
  after?: string | undefined;
  /** Aborted when he doesn't follow any more. */
  signal: AbortSignal;
}

export function createLogService(deps: {
  jobs: Pick<JobStore, "findLog">;
  logs: JobLogs;
  ends: JobEnds;
  clock: Clock;
}): LogService {
  const { jobs, logs, clock } = deps;
  const feeds = createLogFeeds(deps);

  async function find(jobId: string, owner: string): Promise<StoredLog> {
    const stored = await jobs.findLog(jobId, owner);
    if (stored === null) throw new AppError("JOB_NOT_FOUND");
    return stored;
  }
  /** All followers of a job look when it ends, at a text that may be long. */
  const findEnded = shareReads(find);

  /** The answer has begun and can't say 503 any more: a store that is away is waited for, as long as he follows. */
  async function findAtLast(jobId: string, owner: string, signal: AbortSignal): Promise<StoredLog> {
    for (;;) {
      try {
        return await findEnded(jobId, owner);
      } catch (error) {
        if (signal.aborted || !(error instanceof AppError && error.retryable)) throw error;
        await clock.sleep(STORE_RETRY_MS, signal);
      }
    }
  }

  async function* readRange(jobId: string, reader: LogReader): AsyncGenerator<LogMessage, void> {
    for (;;) {
      // Redis may be away: then there is nothing now.
      const page = await logs.read(jobId, reader.position(), PAGE).catch(() => []);
      for (const entry of page) yield* reader.pass(entry);
      if (page.length < PAGE) return;
    }
  }

  return {
    async read(id, { owner }, after) {
      const jobId = jobIdOf(id);
      const stored = await find(jobId, owner);
      const reader = createLogReader(after);
      if (isTerminal(stored.status)) return [...reader.finish(stored)];
      const messages: LogMessage[] = [];
      for await (const message of readRange(jobId, reader)) messages.push(message);
      return messages;
    },

    async follow(id, { owner }, { after, signal }) {
      const jobId = jobIdOf(id);
      // Listening comes before looking, so that no end falls in between.
      const { feed, leave } = feeds.join(jobId);
      signal.addEventListener("abort", leave);
      const stored = await find(jobId, owner).catch((error: unknown) => {
        leave();
        throw error;
      });
      if (signal.aborted) leave();
      const reader = createLogReader(after);

      async function* messages(): AsyncGenerator<LogMessage, void> {
        try {
          if (signal.aborted) return;
          if (isTerminal(stored.status)) return yield* reader.finish(stored);
          yield* passLive(feed, reader, signal);
          if (!signal.aborted) yield* end();
        } finally {
          leave();
        }
      }
      async function* end(): AsyncGenerator<LogMessage, void> {
        const { job } = feed.end() ?? {};
        if (job && reader.isAt(job.logCursor)) return yield reader.end(job.status);
        const ended = await findAtLast(jobId, owner, signal);
        // Else this process ends, and the follower goes on elsewhere.
        if (isTerminal(ended.status)) yield* reader.finish(ended);
      }
      return messages();
    },
  };
}

async function* passLive(feed: LogFeed, reader: LogReader, signal: AbortSignal): AsyncGenerator<LogMessage, void> {
  while (!signal.aborted) {
    const change = feed.change();
    const entries = await feed.read(reader.position());
    for (const entry of entries) yield* reader.pass(entry);
    if (entries.length > 0) continue;
    if (feed.end()) return;
    await change;
  }
}

function jobIdOf(id: unknown): string {
  const jobId = jobIdSchema.safeParse(id).data;
  if (jobId === undefined) throw new AppError("JOB_NOT_FOUND");
  return jobId;
}
