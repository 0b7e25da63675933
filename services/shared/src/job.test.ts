import { expect, test } from "vitest";
import { jobListItemSchema, jobSummarySchema } from "./job.ts";
import { DEFAULT_LIMITS, largestDocumentBytes, LIMIT_RANGES, MAX_DOCUMENT_BYTES } from "./resource-limits.ts";

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

test("a job with the usual limits fits a document; not every operator's maxima would", () => {
  expect(largestDocumentBytes(DEFAULT_LIMITS)).toBeLessThan(MAX_DOCUMENT_BYTES);
  const most = { logBytes: LIMIT_RANGES.logBytes[1], resultBytes: LIMIT_RANGES.resultBytes[1] };
  expect(largestDocumentBytes(most)).toBeGreaterThan(MAX_DOCUMENT_BYTES);
});

test("limits of an event from a version that had fewer are filled up", () => {
  const limits = { cpus: 1, memory: 512, timeout: 30_000 };
  expect(jobSummarySchema.parse({ ...summary, limits }).limits).toEqual(DEFAULT_LIMITS);
  const newer = { ...DEFAULT_LIMITS, gpus: 1 };
  expect(jobSummarySchema.parse({ ...summary, limits: newer }).limits).toEqual(DEFAULT_LIMITS);
});
