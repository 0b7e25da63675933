import type { Clock, JobLogs, LogEntry } from "@lambda-lite/backplane/ports";
import type { Logger } from "pino";
import type { LogChunk } from "../ports/sandbox.ts";
import { createLogText } from "./log-text.ts";
import type { LogPiece } from "./log-text.ts";

/** A job that is over sooner has never told live what it printed, in ms: its followers read the outcome. */
const FIRST_DELAY_MS = 20;
/** Later text is told at the latest after so long, in ms, or as soon as there is so much of it, in UTF-16 units. */
const BATCH_MS = 50;
const BATCH_LENGTH = 16 * 1024;
/** Most text in one entry, in UTF-16 units. */
const ENTRY_LENGTH = 64 * 1024;
/**
 * Most of one batch, in entries and (about) in UTF-16 units: a program that changes the stream with every character makes
 * an entry of each, and all jobs of a worker catch up at once.
 */
const MAX_BATCH_ENTRIES = 1_000;
const MAX_BATCH_LENGTH = 1024 * 1024;
/** Most batches after the end: about as many entries as Redis keeps of a job. Beyond, the outcome has it. */
const MAX_LAST_BATCHES = 20;
/** How often it is tried to have an ended job's pieces expire. */
const EXPIRE_TRIES = 3;
/** Pause after a failure, in ms. */
const RETRY_MS = 500;

/** Tells what one attempt prints while it runs. Never in the way of the job, and never its fault. */
export interface LiveLog {
  push(chunk: LogChunk): void;
  /** The attempt is over. A log that nobody was told of isn't told any more: it is in the outcome. */
  end(): void;
}

/**
 * All of the text is kept until the end (it is bounded), so that after a loss of Redis it is told again from where Redis
 * has it, without a gap.
 */
export function createLiveLog(deps: {
  jobId: string;
  attempt: number;
  logs: JobLogs;
  clock: Clock;
  logger: Logger;
}): LiveLog {
  const { jobId, attempt, logs, clock, logger } = deps;
  const ended = new AbortController();
  const log = createLogText();
  let toldLength = 0;
  let wasTold = false;
  let isSuperseded = false;
  let loop: Promise<void> | undefined;
  let wake: () => void = () => undefined;

  function nextEntries(): LogEntry[] {
    const entries: LogEntry[] = [];
    for (const piece of log.pieces(toldLength, ENTRY_LENGTH)) {
      add(entries, piece);
      if (entries.length >= MAX_BATCH_ENTRIES || piece.end - toldLength >= MAX_BATCH_LENGTH) break;
    }
    return entries;
  }

  /** Joins what is of one stream. */
  function add(entries: LogEntry[], { stream, text, end: offset }: LogPiece): void {
    const last = entries.at(-1);
    const end = { attempt, offset };
    if (last?.stream === stream && last.text.length + text.length <= ENTRY_LENGTH) {
      last.text += text;
      last.end = end;
    } else {
      entries.push({ end, stream, text });
    }
  }

  const isUntold = () => toldLength < log.length();

  async function tell(): Promise<void> {
    const entries = nextEntries();
    // Also when no answer comes: what was sent may have arrived.
    wasTold = true;
    await logs.append(jobId, entries);
    toldLength = entries.at(-1)?.end.offset ?? toldLength;
  }

  /** With the rest, followers need not read the whole again. */
  async function tellRest(): Promise<void> {
    for (let batches = 0; batches < MAX_LAST_BATCHES && isUntold(); batches += 1) await tell();
  }

  /** What Redis has of it; it may have lost some, or all. */
  async function catchUp(): Promise<void> {
    const there = await logs.length(jobId, attempt);
    // Somebody else runs the job by now: this attempt is nobody's business any more.
    if (there === undefined) {
      isSuperseded = true;
      return ended.abort();
    }
    toldLength = Math.min(there, log.length());
  }

  async function run(): Promise<void> {
    await clock.sleep(FIRST_DELAY_MS, ended.signal);
    while (!ended.signal.aborted) {
      try {
        if (isUntold()) await tell();
        await nextBatch();
      } catch (err) {
        logger.debug({ err }, "log not told live yet");
        await clock.sleep(RETRY_MS, ended.signal);
        await catchUp().catch(() => undefined);
      }
    }
    if (!wasTold || isSuperseded) return;
    await tellRest().catch((err) => logger.debug({ err }, "end of the log not told live"));
    await expire();
  }

  /** Untold, it would expire as well, but a quarter of an hour later. */
  async function expire(): Promise<void> {
    for (let tries = 0; tries < EXPIRE_TRIES; tries += 1) {
      try {
        return await logs.expire(jobId);
      } catch {
        await clock.sleep(RETRY_MS);
      }
    }
  }

  async function nextBatch(): Promise<void> {
    if (!isUntold() && !ended.signal.aborted) await new Promise<void>((resolve) => (wake = resolve));
    if (log.length() - toldLength < BATCH_LENGTH) await clock.sleep(BATCH_MS, ended.signal);
  }

  return {
    push(chunk) {
      log.append(chunk);
      wake();
      loop ??= run();
    },
    end() {
      ended.abort("ended");
      wake();
    },
  };
}
