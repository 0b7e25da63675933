import type { Clock, JobLogs, JobStore, LogEntry, LogPosition, StoredLog } from "@lambda-lite/backplane/ports";
import { AppError } from "@lambda-lite/backplane/ports";
import { isTerminal, jobIdSchema, splitBySpans } from "@lambda-lite/shared";
import type { LogMessage } from "@lambda-lite/shared";
import type { JobEnds } from "./job-ends.ts";
import { createLiveEntries } from "./live-entries.ts";
import type { LiveEntries } from "./live-entries.ts";
import type { Principal } from "./principal.ts";

/** Entries of one read. */
const PAGE = 100;
/** Most text in one message, in UTF-16 units. */
const MESSAGE_LENGTH = 64 * 1024;
const BEGINNING: LogPosition = { attempt: 0, offset: 0 };

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

export interface FollowOptions {
  after?: string | undefined;
  signal: AbortSignal;
}

export function createLogService(deps: {
  jobs: Pick<JobStore, "findLog">;
  logs: JobLogs;
  ends: JobEnds;
  clock: Clock;
}): LogService {
  const { jobs, logs, ends, clock } = deps;

  async function find(id: unknown, { owner }: Principal): Promise<{ jobId: string; stored: StoredLog }> {
    const jobId = jobIdSchema.safeParse(id).data;
    const stored = jobId === undefined ? null : await jobs.findLog(jobId, owner);
    if (jobId === undefined || stored === null) throw new AppError("JOB_NOT_FOUND");
    return { jobId, stored };
  }

  /** Redis may be away: then there is nothing now. */
  const readLive = (jobId: string, after: LogPosition) => logs.read(jobId, after, PAGE).catch((): LogEntry[] => []);

  async function* readRange(jobId: string, reader: Reader): AsyncGenerator<LogMessage, void> {
    for (;;) {
      const page = await readLive(jobId, reader.position());
      for (const entry of page) yield* reader.pass(entry);
      if (page.length < PAGE) return;
    }
  }

  async function* followToEnd(jobId: string, principal: Principal, { after, signal }: FollowOptions) {
    const reader = createReader(after);
    const live = createLiveEntries(signal);
    const release = [logs.follow(jobId, live.add), ends.onEnd(jobId, live.end)];
    try {
      // Listening comes before looking, so that no end falls in between.
      const { stored } = await find(jobId, principal);
      if (!isTerminal(stored.status)) {
        yield* readRange(jobId, reader);
        yield* passLive(jobId, reader, live);
        if (signal.aborted) return;
      }
      const { stored: last } = await find(jobId, principal);
      // Else this process ends, and the follower goes on elsewhere.
      if (isTerminal(last.status)) yield* reader.finish(last);
    } finally {
      for (const free of release) free();
    }
  }

  async function* passLive(jobId: string, reader: Reader, live: LiveEntries): AsyncGenerator<LogMessage, void> {
    while (!live.ended()) {
      await live.some(clock);
      const entries = live.take();
      if (entries === "too-many" || entries === "silence") yield* readRange(jobId, reader);
      else for (const entry of entries) yield* reader.pass(entry);
    }
  }

  return {
    async read(id, principal, after) {
      const { jobId, stored } = await find(id, principal);
      const reader = createReader(after);
      if (isTerminal(stored.status)) return [...reader.finish(stored)];
      const messages: LogMessage[] = [];
      for await (const message of readRange(jobId, reader)) messages.push(message);
      return messages;
    },
    async follow(id, principal, options) {
      const { jobId } = await find(id, principal);
      return followToEnd(jobId, principal, options);
    },
  };
}

type Reader = ReturnType<typeof createReader>;

/** Keeps one follower's place, and turns entries into what he hasn't heard. */
function createReader(after: string | undefined) {
  let at = after === undefined ? BEGINNING : parseCursor(after);
  /** Where the first text is missing that couldn't be told. */
  let gapFrom: number | undefined;

  function* begin(attempt: number): Generator<LogMessage> {
    if (attempt === at.attempt) return;
    const isAnother = at.attempt > 0;
    at = { attempt, offset: 0 };
    gapFrom = undefined;
    if (isAnother) yield { type: "attempt", cursor: cursor(), attempt };
  }

  const cursor = () => `${at.attempt}-${at.offset}`;

  return {
    position: () => at,

    *pass(entry: LogEntry): Generator<LogMessage> {
      const { end, stream, text } = entry;
      if (end.attempt < at.attempt) return;
      yield* begin(end.attempt);
      const start = end.offset - text.length;
      if (end.offset <= at.offset) return;
      if (start > at.offset) {
        gapFrom ??= at.offset;
        at = { ...at, offset: start };
        yield { type: "gap", cursor: cursor() };
      }
      const isWhole = start === at.offset;
      const unheard = text.slice(at.offset - start);
      at = end;
      yield isWhole ? wholeMessage(entry) : { type: "log", cursor: cursor(), stream, text: unheard };
    },

    *finish({ status, attempt, text, spans }: StoredLog): Generator<LogMessage> {
      if (text !== "" || attempt === at.attempt) yield* begin(attempt);
      if (gapFrom !== undefined) {
        at = { attempt, offset: gapFrom };
        yield { type: "rewind", cursor: cursor() };
      }
      for (const piece of splitBySpans(text, spans, at.offset, MESSAGE_LENGTH)) {
        at = { attempt, offset: piece.end };
        yield { type: "log", cursor: cursor(), stream: piece.stream, text: piece.text };
      }
      yield { type: "end", cursor: cursor(), status };
    },
  };
}

/** What all followers that are up to date hear of an entry: one object, so that it's rendered once for them all. */
const wholeMessages = new WeakMap<LogEntry, LogMessage>();
function wholeMessage(entry: LogEntry): LogMessage {
  const { end, stream, text } = entry;
  const known = wholeMessages.get(entry);
  const message = known ?? { type: "log", cursor: `${end.attempt}-${end.offset}`, stream, text };
  if (!known) wholeMessages.set(entry, message);
  return message;
}

function parseCursor(text: string): LogPosition {
  const [attempt = 0, offset = 0] = text.split("-").map(Number);
  return { attempt, offset };
}
