import { describe, expect, test } from "vitest";
import { ExitReason } from "./exit-reason.ts";
import { jobSubmissionSchema } from "./job-submission.ts";
import { backoffDelayMs, faultDelayMs } from "./retry-policy.ts";

const backoff = { type: "exponential", delayMs: 1_000, maxDelayMs: 60_000 } as const;

describe("a pause", () => {
  test("is doubled each time, up to its most, and spread over all of it", () => {
    const bounds = [1, 2, 3, 6, 7, 20].map((failures) => backoffDelayMs(backoff, failures, 0.999_999_9));
    expect(bounds.map((ms) => Math.round(ms / 1_000))).toEqual([1, 2, 4, 32, 60, 60]);
    expect(backoffDelayMs(backoff, 3, 0)).toBe(0);
    expect(backoffDelayMs(backoff, 3, 0.5)).toBe(2_000);
  });
  test("that is fixed isn't spread", () => {
    expect(backoffDelayMs({ ...backoff, type: "fixed" }, 5, 0.1)).toBe(1_000);
  });
  test("there is none after a first lost worker, but one after a second, and after any other fault", () => {
    expect(faultDelayMs(ExitReason.WORKER_LOST, 1, 0.5)).toBe(0);
    expect(faultDelayMs(ExitReason.WORKER_LOST, 2, 0.5)).toBe(1_000);
    expect(faultDelayMs(ExitReason.SANDBOX_ERROR, 1, 0.5)).toBe(500);
  });
});

describe("a submission", () => {
  const code = "function main() {}";
  test("that only says how often gets the usual pauses", () => {
    expect(jobSubmissionSchema.parse({ code, retry: { maxAttempts: 3 } }).retry).toEqual({ maxAttempts: 3, backoff });
  });
  test.each([
    ["none at all", { retry: {} }],
    ["zero times", { retry: { maxAttempts: 0 } }],
    ["too often", { retry: { maxAttempts: 21 } }],
    ["a pause of two days", { retry: { maxAttempts: 2, backoff: { delayMs: 172_800_000 } } }],
    ["an unknown kind of pause", { retry: { maxAttempts: 2, backoff: { type: "linear" } } }],
    ["a misspelt field", { retry: { maxAttempts: 2, backof: {} } }],
    ["both a time and a delay", { runAt: "2026-01-01T00:00:00Z", delayMs: 5 }],
    ["a time without a zone", { runAt: "2026-01-01T00:00:00" }],
    ["a date", { runAt: "2026-01-01" }],
    ["a negative delay", { delayMs: -1 }],
    ["half a millisecond", { delayMs: 0.5 }],
    ["a delay of two years", { delayMs: 63_115_200_000 }],
  ])("is refused with %s", (_what, extra) => {
    expect(jobSubmissionSchema.safeParse({ code, ...extra }).success).toBe(false);
  });
  test("takes a time with any offset", () => {
    expect(jobSubmissionSchema.safeParse({ code, runAt: "2026-01-01T12:00:00+02:00" }).success).toBe(true);
  });
});
