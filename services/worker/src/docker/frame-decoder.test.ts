import { describe, expect, test } from "vitest";
import type { ReportedResult } from "../domain/exit-decision.ts";
import type { LogChunk } from "../ports/sandbox.ts";
import { createFrameDecoder } from "./frame-decoder.ts";

const NONCE = "n0nce";
const READY = { n: "", s: 0, t: "ready" };
const log = (s: number, d = "hi\n", n = NONCE) => ({ n, s, t: "log", c: "stdout", d });
const ok = (s: number, value = "5", n = NONCE) => ({ n, s, t: "result", ok: true, value });

function decode(...frames: unknown[]) {
  const seen = { ready: 0, logs: [] as LogChunk[], results: [] as ReportedResult[] };
  const decoder = createFrameDecoder(NONCE, {
    onReady: () => {
      seen.ready += 1;
    },
    onLog: (chunk) => seen.logs.push(chunk),
    onResult: (result) => seen.results.push(result),
  });
  for (const frame of frames) {
    const text = typeof frame === "string" ? frame : JSON.stringify(frame);
    decoder.push(Buffer.from(`${text}\n`));
  }
  return { ...seen, dropped: decoder.dropped() };
}

test("a run: ready, logs, one result", () => {
  expect(decode(READY, log(1), log(2, "there\n"), ok(3))).toEqual({
    ready: 1,
    logs: [
      { stream: "stdout", text: "hi\n" },
      { stream: "stdout", text: "there\n" },
    ],
    results: [{ ok: true, resultJson: "5" }],
    dropped: 0,
  });
});

describe("is not believed", () => {
  test.each([
    ["a result without the nonce", ok(1, "6", "guess")],
    ["a result with an empty nonce", ok(1, "6", "")],
    ["a log without the nonce", log(1, "forged", "guess")],
    ["a number out of turn", ok(2, "6")],
    ["a number again", ok(0, "6")],
    ["a second ready", READY],
    ["a ready with the nonce", { n: NONCE, s: 1, t: "ready" }],
    ["text", "hello"],
    ["JSON that is no object", "17"],
    ["half a frame", '{"n":"n0nce","s":1'],
    ["an unknown type", { n: NONCE, s: 1, t: "exec" }],
    [
      "a reason that is not the sandbox's to give",
      { n: NONCE, s: 1, t: "result", ok: false, reason: "SANDBOX_ERROR", error: "" },
    ],
    ["a timeout that it claims itself", { n: NONCE, s: 1, t: "result", ok: false, reason: "TIMEOUT", error: "" }],
    ["a result that isn't text", { n: NONCE, s: 1, t: "result", ok: true, value: 5 }],
    ["a log that isn't text", { n: NONCE, s: 1, t: "log", c: "stdout", d: [] }],
  ])("%s", (_what, frame) => {
    const seen = decode(READY, frame, ok(1));
    expect(seen).toMatchObject({ results: [{ ok: true, resultJson: "5" }], logs: [], dropped: 1 });
  });
});

test("nothing counts before ready", () => {
  expect(decode(ok(1), log(1))).toMatchObject({ results: [], logs: [], dropped: 2 });
});

test("the first result wins, and ends the log", () => {
  const seen = decode(READY, ok(1, "1"), ok(2, "2"), log(3));
  expect(seen.results).toEqual([{ ok: true, resultJson: "1" }]);
  expect(seen.logs).toEqual([]);
});

test("a failed run carries its reason", () => {
  const frame = { n: NONCE, s: 1, t: "result", ok: false, reason: "USER_ERROR", error: "Error: no" };
  expect(decode(READY, frame).results).toEqual([{ ok: false, reason: "USER_ERROR", error: "Error: no" }]);
});

test("a result of a megabyte of quotes fits", () => {
  const value = JSON.stringify('"'.repeat(500_000));
  expect(decode(READY, ok(1, value)).results).toEqual([{ ok: true, resultJson: value }]);
});
