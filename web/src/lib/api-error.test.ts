import { expect, test } from "vitest";
import { ApiError, mayPass, toApiError } from "./api-error.ts";

test("a problem keeps its code and what is wrong where", () => {
  const error = toApiError(400, {
    type: "urn:lambda-lite:problem:VALIDATION_FAILED",
    title: "The request is not valid",
    status: 400,
    code: "VALIDATION_FAILED",
    errors: [{ path: "timeout", message: "too big" }],
  });
  expect(error).toMatchObject({ code: "VALIDATION_FAILED", errors: [{ path: "timeout", message: "too big" }] });
  expect(error.message).toBe("The request is not valid");
});

test.each([
  [502, undefined],
  [500, "<html>"],
  [418, { message: "teapot" }],
])("an answer of %d that is no problem says so", (status, body) => {
  expect(toApiError(status, body)).toMatchObject({ code: "UNEXPECTED_ANSWER", status });
});

test.each([
  [0, true],
  [400, false],
  [401, false],
  [404, false],
  [500, true],
  [503, true],
])("an answer of %d may pass by itself: %s", (status, passes) => {
  expect(mayPass(new ApiError({ code: "X", status, title: "X" }))).toBe(passes);
});
