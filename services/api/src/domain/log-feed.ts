import type { Clock, JobLogs, LogEntry, LogPosition } from "@lambda-lite/backplane/ports";
import type { JobSummary } from "@lambda-lite/shared";
import type { JobEnds } from "./job-ends.ts";
import { createLogTail } from "./log-tail.ts";
import { shareReads } from "./share-reads.ts";

/** Text of one log that is kept for its followers, in UTF-16 units; whoever is slower reads it again. */
const TAIL_LENGTH = 256 * 1024;
const TAIL_ENTRIES = 2_000;
/** Entries of one read: 1 MiB of text at the most, for it waits in memory until a slow follower has taken it. */
const PAGE = 16;
/** How often it is looked whether something was lost, in ms: Redis tells those only who are connected. */
const CHECK_MS = 5_000;

type LogFeedDeps = { logs: JobLogs; ends: JobEnds; clock: Clock };

/** What is told live of one job's log, kept once for all who follow it here. */
export interface LogFeed {
  /** Pieces that end behind a place: some of them, in order. None when there is nothing more yet. */
  read(after: LogPosition): Promise<LogEntry[]>;
  /** Resolves when there may be more, the job has ended, or somebody has left. */
  change(): Promise<void>;
  /** Undefined while more may come. `job` is the ended job, where its event was heard. */
  end(): { job?: JobSummary } | undefined;
}

/** One feed per followed job. It begins with the first follower and goes with the last. */
export function createLogFeeds(deps: LogFeedDeps) {
  const feeds = new Map<string, { feed: ReturnType<typeof openLogFeed>; followers: number }>();

  return {
    /** `leave` may be called more than once. */
    join(jobId: string): { feed: LogFeed; leave: () => void } {
      const joined = feeds.get(jobId) ?? { feed: openLogFeed(jobId, deps), followers: 0 };
      feeds.set(jobId, joined);
      joined.followers += 1;
      let isIn = true;
      function leave(): void {
        if (!isIn) return;
        isIn = false;
        joined.followers -= 1;
        // Whoever left may be waiting for a change.
        joined.feed.wake();
        if (joined.followers > 0) return;
        joined.feed.close();
        feeds.delete(jobId);
      }
      return { feed: joined.feed, leave };
    },
  };
}

function openLogFeed(jobId: string, { logs, ends, clock }: LogFeedDeps) {
  const tail = createLogTail(TAIL_LENGTH, TAIL_ENTRIES);
  const closing = new AbortController();
  let end: { job?: JobSummary } | undefined;
  let changed = Promise.withResolvers<void>();
  let heard = false;

  function wake(): void {
    changed.resolve();
    changed = Promise.withResolvers();
  }
  function add(entries: readonly LogEntry[]): void {
    heard = true;
    tail.add(entries);
    wake();
  }

  const release = [
    logs.follow(jobId, add),
    ends.onEnd(jobId, (job) => {
      end = job ? { job } : {};
      wake();
    }),
  ];

  /** Redis may be away: then there is nothing now. Those who come at once share what they read. */
  const readPage = shareReads((attempt: string, offset: string) =>
    logs
      .read(jobId, { attempt: Number(attempt), offset: Number(offset) }, PAGE)
      .catch((): LogEntry[] | undefined => undefined),
  );

  async function readStored(after: LogPosition): Promise<LogEntry[]> {
    const page = await readPage(String(after.attempt), String(after.offset));
    // Redis doesn't answer: that says nothing about what it has.
    if (!page) return [];
    // Not from where a follower says he is: only what Redis has, or the very beginning, is a place for all.
    const begun = page.at(-1)?.end ?? (after.attempt === 0 ? after : undefined);
    if (page.length < PAGE && begun) tail.begin(begun);
    return page.length > 0 || tail.entries().length === 0 ? page : readHere(after);
  }

  /** Redis had nothing behind a place, and something is here. */
  async function readHere(after: LogPosition): Promise<LogEntry[]> {
    // An ended job's pieces aren't in Redis for long, but its whole log is in the store.
    if (end) return [];
    // A shared read may have begun before these were written.
    const page = await logs.read(jobId, after, PAGE).catch((): LogEntry[] | undefined => undefined);
    if (end || !page) return [];
    // What Redis has lost is nowhere else until the end.
    return page.length > 0 ? page : tail.entries();
  }

  async function addMissed(): Promise<void> {
    for (let known = tail.end(); known; known = tail.end()) {
      const missed = await readPage(String(known.attempt), String(known.offset));
      tail.add(missed ?? []);
      if (!missed || missed.length < PAGE) return;
    }
  }

  async function check(): Promise<void> {
    while (!closing.signal.aborted) {
      heard = false;
      await clock.sleep(CHECK_MS, closing.signal);
      if (heard || closing.signal.aborted) continue;
      await addMissed();
      // Whom Redis didn't answer looks again from where he is.
      wake();
    }
  }
  void check();

  return {
    read: async (after: LogPosition) => tail.after(after) ?? readStored(after),
    change: () => changed.promise,
    wake,
    end: () => end,
    close() {
      closing.abort();
      for (const free of release) free();
    },
  };
}
