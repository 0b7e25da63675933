import { AppError } from "@lambda-lite/backplane/ports";
import { jobSubmissionSchema } from "@lambda-lite/shared";
import { expect, test } from "vitest";
import { validate } from "./schema-validation.ts";

function mistakes(input: unknown): AppError["errors"] {
  try {
    validate(jobSubmissionSchema, input);
  } catch (error) {
    if (error instanceof AppError) return error.errors;
    throw error;
  }
  return undefined;
}

test("what is valid comes back complete", () => {
  expect(validate(jobSubmissionSchema, { code: "x" })).toEqual({ code: "x", args: [] });
});

test("each mistake is told with its place", () => {
  expect(
    mistakes({ code: "", timeout: 0 })
      ?.map(({ path }) => path)
      .toSorted(),
  ).toEqual(["code", "timeout"]);
  expect(mistakes({ code: "x", args: [1, Number.POSITIVE_INFINITY] })?.[0]?.path).toBe("args.1");
});

test("a million mistakes and a key of a megabyte make a short answer", () => {
  const args = Array.from({ length: 100_000 }, () => Number.NaN);
  expect(mistakes({ code: "x", args })).toHaveLength(20);
  const unknown = Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`key${n}`, 1]));
  for (const input of [
    { code: "x", ["k".repeat(1_000_000)]: 1 },
    { code: "x", ...unknown },
  ]) {
    expect(JSON.stringify(mistakes(input)).length).toBeLessThan(10_000);
  }
});
