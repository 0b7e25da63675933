import { expect, test } from "vitest";
import { jobListItemSchema, jobSummarySchema } from "./job.ts";
import { DEFAULT_LIMITS, MAX_DOCUMENT_BYTES, SIZE_LIMITS } from "./resource-limits.ts";

const ID = "0123456789abcdef01234567";
const summary = {
  id: ID,
  _id: ID,
  owner: "local",
  pool: "default",
  priority: 4,
  status: "COMPLETED",
  attempt: 1,
  revision: 3,
  limits: { ...DEFAULT_LIMITS },
  exit: { reason: "OK" },
  createdAt: "2026-01-01T00:00:00.000Z",
};

test("an event with a deeply nested result is still an event: a terminal one must not be dropped", () => {
  const result: unknown = JSON.parse(`${"[".repeat(4_000)}${"]".repeat(4_000)}`);
  expect(jobSummarySchema.safeParse({ ...summary, result }).success).toBe(true);
});

test("views without bodies drop them", () => {
  const full = { ...summary, code: "secret", args: [1], logs: "out", result: 1 };
  expect(jobSummarySchema.parse(full)).toEqual({ ...summary, result: 1 });
  expect(jobListItemSchema.parse(full)).toEqual(summary);
});

test("dates are ISO 8601 in UTC", () => {
  expect(jobSummarySchema.safeParse({ ...summary, createdAt: "yesterday" }).success).toBe(false);
});

test("a job with everything at its limit fits a document", () => {
  const { codeBytes, argsBytes, resultBytes, logBytes, errorBytes } = SIZE_LIMITS;
  expect(codeBytes + argsBytes + resultBytes + logBytes + errorBytes).toBeLessThan(MAX_DOCUMENT_BYTES);
});
