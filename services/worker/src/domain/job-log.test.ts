import { splitBySpans } from "@lambda-lite/shared";
import { expect, test } from "vitest";
import { createJobLog } from "./job-log.ts";

test("text up to the limit is kept as it came, beyond it a note is, once", () => {
  const log = createJobLog(10);
  expect(log.append({ stream: "stdout", text: "12345" })).toEqual({ stream: "stdout", text: "12345" });
  log.append({ stream: "stdout", text: "äö" });
  const note = "\n[output truncated at 10 bytes]\n";
  expect(log.append({ stream: "stdout", text: "78" })).toEqual({ stream: "stderr", text: note });
  expect(log.append({ stream: "stdout", text: "9" })).toBeUndefined();
  expect(log.text()).toBe(`12345äö${note}`);
});

test("which part is whose is told by lengths", () => {
  const log = createJobLog(1_000);
  expect(log.spans()).toBe("");
  for (const [stream, text] of [
    ["stderr", "oh"],
    ["stderr", "!"],
    ["stdout", "a"],
    ["stderr", "bb"],
  ] as const) {
    log.append({ stream, text });
  }
  expect(log.spans()).toBe("0,3,1,2");
  expect(splitBySpans(log.text(), log.spans(), 1, 100)).toEqual([
    { stream: "stderr", text: "h!", end: 3 },
    { stream: "stdout", text: "a", end: 4 },
    { stream: "stderr", text: "bb", end: 6 },
  ]);
});

test("half a character becomes one that says so, and nothing is counted wrong", () => {
  const log = createJobLog(1_000);
  expect(log.append({ stream: "stdout", text: "a\ud83db" })?.text).toBe("a\ufffdb");
  expect(log.text()).toHaveLength(3);
});

test("a program that changes the stream with every character doesn't fill the memory with lengths", () => {
  const log = createJobLog(1_000_000);
  for (let n = 0; n < 100_000; n += 1) log.append({ stream: n % 2 ? "stdout" : "stderr", text: "x" });
  expect(log.spans().length).toBeLessThan(70_000);
  expect(splitBySpans(log.text(), log.spans(), 0, 1e6).reduce((sum, { text }) => sum + text.length, 0)).toBe(100_000);
});
