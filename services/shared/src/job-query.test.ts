import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { jobIdSchema, jobQuerySchema } from "./job-query.ts";

test("the defaults are the first page of ten, of every status", () => {
  expect(jobQuerySchema.parse({})).toEqual({ page: 1, limit: 10 });
});

test("every whole number in range is taken, as the number it says", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000 }), fc.integer({ min: 1, max: 100 }), (page, limit) => {
      expect(jobQuerySchema.parse({ page: `${page}`, limit: `${limit}` })).toEqual({ page, limit });
    }),
  );
});

describe("refused", () => {
  const notWhole = [
    "0",
    "-1",
    "1.5",
    "1e3",
    "0x10",
    " 1",
    "1 ",
    "+1",
    "",
    "abc",
    "NaN",
    "9".repeat(400),
    ["1", "2"],
    1,
  ];
  test.each(notWhole)("page %j", (page) => {
    expect(jobQuerySchema.safeParse({ page }).success).toBe(false);
  });
  test.each([...notWhole, "101"])("limit %j", (limit) => {
    expect(jobQuerySchema.safeParse({ limit }).success).toBe(false);
  });
  test.each(["done", "pending", "PENDING,RUNNING", "", ["PENDING", "RUNNING"], "__proto__"])("status %j", (status) => {
    expect(jobQuerySchema.safeParse({ status }).success).toBe(false);
  });
  test.each(["sort", "Page", "__proto__", "constructor"])("the unknown key %j", (key) => {
    expect(jobQuerySchema.safeParse(JSON.parse(`{${JSON.stringify(key)}:"1"}`)).success).toBe(false);
  });
});

test.each(["PENDING", "RUNNING", "COMPLETED", "FAILED", "CANCELLED"] as const)("status %s", (status) => {
  expect(jobQuerySchema.parse({ status }).status).toBe(status);
});

test.each([
  ["0123456789abcdef01234567", true],
  ["0123456789ABCDEF01234567", false],
  ["0123456789abcdef0123456", false],
  ["0123456789abcdef012345678", false],
  ["0123456789abcdef0123456g", false],
  ["0123456789abcdef01234567\n", false],
])("job id %j: %s", (id, accepted) => {
  expect(jobIdSchema.safeParse(id).success).toBe(accepted);
});
