import { expect, test } from "vitest";
import { ExitReason, FAULT_BUDGET, PLATFORM_FAULTS, exitReasonSchema, exitSchema } from "./exit-reason.ts";
import { JobStatus, isTerminal } from "./job-status.ts";

test("a reason is named as it is written on the wire", () => {
  for (const [name, value] of Object.entries(ExitReason)) {
    expect(value).toBe(name);
    expect(exitReasonSchema.parse(value)).toBe(value);
  }
  expect(exitReasonSchema.safeParse("ok").success).toBe(false);
});

test("only the platform's own faults are retried, and not for ever", () => {
  expect([...PLATFORM_FAULTS].toSorted()).toEqual(["SANDBOX_ERROR", "WORKER_LOST"]);
  expect(FAULT_BUDGET).toBe(5);
});

test("an exit needs no code and no signal, but a reason", () => {
  expect(exitSchema.parse({ reason: "TIMEOUT" })).toEqual({ reason: "TIMEOUT" });
  expect(exitSchema.safeParse({ code: 1 }).success).toBe(false);
  expect(exitSchema.safeParse({ reason: "OK", code: 1.5 }).success).toBe(false);
});

test.each([
  [JobStatus.PENDING, false],
  [JobStatus.RUNNING, false],
  [JobStatus.COMPLETED, true],
  [JobStatus.FAILED, true],
  [JobStatus.CANCELLED, true],
])("%s is terminal: %s", (status, terminal) => {
  expect(isTerminal(status)).toBe(terminal);
});
