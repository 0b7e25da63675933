import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { systemClock } from "@lambda-lite/backplane/ports";
import type { JobLogs } from "@lambda-lite/backplane/ports";
import { silentLogger } from "@lambda-lite/backplane/testing";
import { describe, expect, test } from "vitest";
import type { LogChunk } from "../ports/sandbox.ts";
import { createJobLog } from "./job-log.ts";
import { createLiveLog } from "./live-log.ts";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

const LENGTH = 1_000_000;
/** Of a unit of text, in bytes; an object for each would take a hundred. */
const MOST_BYTES = 6;

function usedBytes(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** What `fill` takes and keeps, in bytes. */
function keptBytes(fill: () => unknown): number {
  const before = usedBytes();
  const kept = fill();
  const bytes = usedBytes() - before;
  // Not collected before it was measured.
  expect(kept).toBeDefined();
  return bytes;
}

function print(push: (chunk: LogChunk) => void, streams: ReadonlyArray<LogChunk["stream"]>, text: string): void {
  for (let n = 0; n < LENGTH / text.length; n += 1) {
    // A string of its own, as from a frame, and a chunk of its own.
    push({ stream: streams[n % streams.length] ?? "stdout", text: Buffer.from(text).toString() });
  }
}

/** It ends before it is told for the first time. */
const untold: JobLogs = {
  append: () => Promise.reject(new Error("not to be told")),
  length: () => Promise.resolve(0),
  read: () => Promise.resolve([]),
  follow: () => () => undefined,
  expire: () => Promise.resolve(),
};

describe.for([
  ["single characters", ["stdout"], "\n"],
  ["single characters, of each stream in turn", ["stdout", "stderr"], "x"],
  ["pairs of characters, twice of each stream", ["stdout", "stdout", "stderr", "stderr"], "x\n"],
  ["lines", ["stdout"], `${"x".repeat(99)}\n`],
] as const)("a log that comes in %s takes little more than its text", ([, streams, text]) => {
  test("for the outcome", () => {
    const log = createJobLog(LENGTH);
    const bytes = keptBytes(() => {
      print(log.append, streams, text);
      return log;
    });
    expect(log.text()).toHaveLength(LENGTH);
    expect(bytes / LENGTH).toBeLessThan(MOST_BYTES);
  });

  test("for telling it live", () => {
    const log = createLiveLog({ jobId: "a", attempt: 1, logs: untold, clock: systemClock, logger: silentLogger });
    const bytes = keptBytes(() => {
      print(log.push, streams, text);
      return log;
    });
    log.end();
    expect(bytes / LENGTH).toBeLessThan(MOST_BYTES);
  });
});
