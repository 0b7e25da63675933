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

/** @param maxLength most text to keep, in UTF-16 units; the last piece is kept whatever its length */
export function createLogTail(maxLength: number): LogTail {
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
    while (length > maxLength && entries.length > 1) {
      const dropped = entries.shift() as LogEntry;
      length -= dropped.text.length;
      start = startOf(entries[0] as LogEntry);
    }
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
