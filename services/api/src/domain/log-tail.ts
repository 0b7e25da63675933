import type { LogEntry, LogPosition } from "@lambda-lite/backplane/ports";

/** The newest pieces of one log, without a hole between them. */
export interface LogTail {
  /** Nothing lies between this place and what is added next. Only for a tail that is still empty. */
  begin(position: LogPosition): void;
  /** What was added before is ignored. What leaves a hole begins the tail anew. */
  add(entries: readonly LogEntry[]): void;
  /** Pieces that end behind a place; undefined when some of them may not be here any more, or never were. */
  after(position: LogPosition): LogEntry[] | undefined;
  /** All that is here. */
  entries(): LogEntry[];
  /** The place behind the last piece. */
  end(): LogPosition | undefined;
}

/**
 * Keeps the last piece whatever its length.
 * @param maxLength most text, in UTF-16 units
 * @param maxEntries most pieces: of empty lines there may be very many
 */
export function createLogTail(maxLength: number, maxEntries: number): LogTail {
  let entries: LogEntry[] = [];
  let length = 0;
  /** All text from here on is in `entries`. */
  let start: LogPosition | undefined;
  let end: LogPosition | undefined;

  function push(entry: LogEntry): void {
    if (end && compare(entry.end, end) <= 0) return;
    const from = startOf(entry);
    const isNext = end && (from.attempt === end.attempt ? from.offset <= end.offset : from.offset === 0);
    if (!isNext) [entries, length, start] = [[], 0, from];
    entries.push(entry);
    length += entry.text.length;
    ({ end } = entry);
  }

  function trim(): void {
    let drop = Math.max(0, entries.length - maxEntries);
    length -= entries.slice(0, drop).reduce((sum, { text }) => sum + text.length, 0);
    for (; length > maxLength && drop < entries.length - 1; drop += 1) {
      length -= (entries[drop] as LogEntry).text.length;
    }
    if (drop === 0) return;
    entries = entries.slice(drop);
    start = startOf(entries[0] as LogEntry);
  }

  return {
    begin(position) {
      start ??= position;
      end ??= position;
    },
    add(added) {
      for (const entry of added) push(entry);
      trim();
    },
    after(position) {
      if (!start || compare(position, start) < 0) return undefined;
      const index = entries.findLastIndex((entry) => compare(entry.end, position) <= 0);
      return entries.slice(index + 1);
    },
    entries: () => [...entries],
    end: () => end,
  };
}

function startOf({ end, text }: LogEntry): LogPosition {
  return { attempt: end.attempt, offset: end.offset - text.length };
}

function compare(a: LogPosition, b: LogPosition): number {
  return a.attempt - b.attempt || a.offset - b.offset;
}
