import { AppError } from "@lambda-lite/backplane/ports";
import { PROBLEMS, problemSchema } from "@lambda-lite/shared";
import type { ProblemCode } from "@lambda-lite/shared";
import { describe, expect, test } from "vitest";
import { toAppError, toProblem } from "./problem.ts";

const failure = (fields: object) => Object.assign(new Error("secret path /etc/shadow"), fields);

describe("what went wrong, as the client is told", () => {
  test.each<[string, unknown, ProblemCode]>([
    ["a body that doesn't parse", failure({ type: "entity.parse.failed", status: 400 }), "INVALID_JSON"],
    ["a body that isn't UTF-8", failure({ type: "entity.verify.failed", status: 403 }), "INVALID_JSON"],
    ["a body too large", failure({ type: "entity.too.large", status: 413 }), "PAYLOAD_TOO_LARGE"],
    ["another charset", failure({ type: "charset.unsupported", status: 415 }), "UNSUPPORTED_MEDIA_TYPE"],
    ["another encoding", failure({ type: "encoding.unsupported", status: 415 }), "UNSUPPORTED_MEDIA_TYPE"],
    ["a URL that can't be decoded", failure({ status: 400 }), "BAD_REQUEST"],
    ["a type that we don't know, of the client's making", failure({ type: "new", status: 400 }), "BAD_REQUEST"],
    ["a bug", new TypeError("x is not a function"), "INTERNAL"],
    ["a failure of a library", failure({ status: 502 }), "INTERNAL"],
    ["a type named like something every object has", failure({ type: "constructor" }), "INTERNAL"],
    ["a thrown text", "oops", "INTERNAL"],
    ["a thrown nothing", undefined, "INTERNAL"],
    ["a thrown null", null, "INTERNAL"],
  ])("%s", (_what, error, code) => {
    const told = toAppError(error);
    expect(told.code).toBe(code);
    expect(JSON.stringify(toProblem(told))).not.toMatch(/secret|stack|at .*\.ts/);
  });

  test("an AppError stays itself", () => {
    const error = new AppError("JOB_NOT_FOUND");
    expect(toAppError(error)).toBe(error);
  });
});

test.each(Object.keys(PROBLEMS) as ProblemCode[])("%s becomes a problem document", (code) => {
  const problem = toProblem(new AppError(code, "details", { cause: new Error("inner") }));
  expect(problemSchema.parse(problem)).toEqual({
    type: `urn:lambda-lite:problem:${code}`,
    title: PROBLEMS[code].title,
    status: PROBLEMS[code].status,
    code,
    detail: "details",
  });
});

test("a detail that only repeats the title is left out, and mistakes are listed", () => {
  expect(toProblem(new AppError("JOB_NOT_FOUND"))).not.toHaveProperty("detail");
  const errors = [{ path: "code", message: "must not be empty" }];
  expect(toProblem(new AppError("VALIDATION_FAILED", undefined, { errors })).errors).toEqual(errors);
});
