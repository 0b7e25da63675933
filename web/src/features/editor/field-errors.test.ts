import { expect, test } from "vitest";
import { ApiError } from "../../lib/api-error.ts";
import { fieldErrors } from "./field-errors.ts";

const refused = (...errors: Array<{ path: string; message: string }>) =>
  new ApiError({ code: "VALIDATION_FAILED", status: 400, title: "The request is not valid", errors });

test("each error goes to its field, and what has none is kept", () => {
  const error = refused(
    { path: "args.0", message: "is too deep" },
    { path: "args.1", message: "is too deep too" },
    { path: "timeout", message: "is too long" },
    { path: "code", message: "must not be empty" },
    { path: "", message: "has an unknown key" },
  );
  expect(fieldErrors(error)).toEqual({
    args: "is too deep",
    timeout: "is too long",
    others: ["code must not be empty", "has an unknown key"],
  });
});

test.each([null, new Error("no answer"), refused()])("%s blames no field", (error) => {
  expect(fieldErrors(error)).toEqual({ args: undefined, timeout: undefined, others: [] });
});
