import { DEFAULT_LIMITS } from "@lambda-lite/shared";
import type { Usage } from "@lambda-lite/shared";
import { expect, test } from "vitest";
import { decideExit } from "./exit-decision.ts";
import type { Evidence } from "./exit-decision.ts";

const limits = { ...DEFAULT_LIMITS, timeout: 1_000 };
const HEAP = "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory";
const ended = (exitCode: number, oomKilled = false) => ({ end: { exitCode, oomKilled } });
const peak = (mib: number, measured: Usage["measured"] = "cgroup") => ({
  usage: { cpuTime: 1, peakMemoryBytes: mib * 1024 * 1024, measured },
});
const refused = (processes: number, memory = 0) => ({ refusals: { processes, memory } });

test.each<[string, Partial<Evidence>, string, RegExp | undefined]>([
  ["a result", { reported: { ok: true, resultJson: "5" } }, "OK", undefined],
  [
    "an error of the user's",
    { reported: { ok: false, reason: "USER_ERROR", error: "Error: no" } },
    "USER_ERROR",
    /^Error: no$/,
  ],
  // The frame came first, so what the worker did afterwards doesn't matter.
  ["a result, and a late kill", { reported: { ok: true, resultJson: "5" }, killedFor: "timeout" }, "OK", undefined],
  ["our clock", { killedFor: "timeout" }, "TIMEOUT", /after 1000 ms/],
  // 137 alone only says SIGKILL: our own kill is the better evidence.
  [
    "our clock, with the kernel's record of memory",
    { killedFor: "timeout", ...ended(137, true) },
    "TIMEOUT",
    /1000 ms/,
  ],
  ["our clock, when more processes were refused", { killedFor: "timeout", ...refused(3) }, "PROCESS_LIMIT", /than 64/],
  ["our clock, when none was", { killedFor: "timeout", ...refused(0) }, "TIMEOUT", /1000 ms/],
  [
    "an end without a result, when more processes were refused",
    { ...ended(1), ...refused(3) },
    "PROCESS_LIMIT",
    /than 64/,
  ],
  [
    "a result in spite of refused processes",
    { reported: { ok: true, resultJson: "5" }, ...refused(3) },
    "OK",
    undefined,
  ],
  ["the kernel's own count", { ...ended(137), ...refused(0, 1) }, "OUT_OF_MEMORY", /512 MB/],
  ["the kernel's OOM record, at its limit", { ...ended(137, true), ...peak(511) }, "OUT_OF_MEMORY", /512 MB/],
  // The machine had no memory: the job had a tenth of what it was promised.
  ["the kernel's OOM record, far from its limit", { ...ended(137, true), ...peak(50) }, "SANDBOX_ERROR", /code 137/],
  [
    "the kernel's OOM record, when its own limit was never met",
    { ...ended(137, true), ...refused(0, 0), ...peak(511) },
    "SANDBOX_ERROR",
    /code 137/,
  ],
  [
    "the kernel's OOM record, and a sample from before",
    { ...ended(137, true), ...peak(50, "sample") },
    "OUT_OF_MEMORY",
    /512 MB/,
  ],
  ["too much output", { killedFor: "output-limit" }, "OUTPUT_LIMIT", /more output/],
  ["a cancel", { killedFor: "cancelled" }, "CANCELLED", /Cancelled/],
  ["a drain", { killedFor: "drain" }, "SANDBOX_ERROR", /Stopped by its worker/],
  ["the kernel's OOM record", ended(137, true), "OUT_OF_MEMORY", /more than 512 MB/],
  ["V8's heap limit", { ...ended(134), stderr: HEAP }, "OUT_OF_MEMORY", /heap gave out/],
  ["V8's heap limit as a trap", { ...ended(133), stderr: HEAP }, "OUT_OF_MEMORY", /heap gave out/],
  ["an abort that says nothing of the heap", ended(134), "SANDBOX_ERROR", /exit code 134/],
  ["the heap's words without an abort", { ...ended(1), stderr: HEAP }, "SANDBOX_ERROR", /exit code 1\)/],
  ["a kill from outside", ended(137), "SANDBOX_ERROR", /exit code 137/],
  ["an end without a result", ended(0), "SANDBOX_ERROR", /exit code 0/],
  ["an engine that broke off", { engineError: "socket hang up" }, "SANDBOX_ERROR", /socket hang up/],
])("%s → %s", (_what, evidence, reason, error) => {
  const decision = decideExit({ stderr: "", limits, ...evidence });
  expect(decision.reason).toBe(reason);
  if (error) expect(decision.error).toMatch(error);
  else expect(decision.error).toBeUndefined();
});
