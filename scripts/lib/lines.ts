import type { Readable } from "node:stream";
import { createInterface } from "node:readline";

/** Calls back for every line; a last one without a newline counts too. */
export function onLines(stream: Readable, handle: (line: string) => void): void {
  createInterface({ input: stream, crlfDelay: Infinity }).on("line", handle);
}

/** The last lines of a stream of text, for the message when a program fails. */
export function createTail(limit: number): { push(line: string): void; lines(): string[] } {
  const kept: string[] = [];
  return {
    push(line) {
      kept.push(line);
      if (kept.length > limit) kept.shift();
    },
    lines: () => [...kept],
  };
}
