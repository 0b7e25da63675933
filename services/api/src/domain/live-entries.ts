import type { Clock, LogEntry } from "@lambda-lite/backplane/ports";

/** Most text that waits for one follower, in UTF-16 units; he reads the rest again when he gets to it. */
const MAX_WAITING = 256 * 1024;
/** After so long without a word it is looked whether one was lost, in ms: Redis tells those only who are connected. */
const SILENCE_MS = 5_000;

/** What comes live between a follower's looks. */
export interface LiveEntries {
  add(entries: readonly LogEntry[]): void;
  end(): void;
  /** Whether nothing more comes: the job has ended, or the follower has gone. */
  ended(): boolean;
  /** Resolves when there is something to take, or it's time to look. */
  some(clock: Clock): Promise<void>;
  /** What has come; or that it was too much to keep, or nothing: both are read again from where the follower is. */
  take(): LogEntry[] | "too-many" | "silence";
}

export function createLiveEntries(signal: AbortSignal): LiveEntries {
  const over = new AbortController();
  let waiting: LogEntry[] = [];
  let length = 0;
  let tooMany = false;
  let woken = new AbortController();

  return {
    add(entries) {
      length += entries.reduce((sum, { text }) => sum + text.length, 0);
      tooMany ||= length > MAX_WAITING;
      if (tooMany) waiting = [];
      else waiting.push(...entries);
      woken.abort();
    },
    end: () => over.abort(),
    ended: () => over.signal.aborted || signal.aborted,
    async some(clock) {
      await clock.sleep(SILENCE_MS, AbortSignal.any([woken.signal, over.signal, signal]));
    },
    take() {
      woken = new AbortController();
      const taken = waiting;
      const wasTooMany = tooMany;
      [waiting, length, tooMany] = [[], 0, false];
      if (wasTooMany) return "too-many";
      return taken.length > 0 ? taken : "silence";
    },
  };
}
