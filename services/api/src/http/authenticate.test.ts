import { AppError } from "@lambda-lite/backplane/ports";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bearerToken, createAuthenticate } from "./authenticate.ts";

const KEY = "0123456789abcdef";

test("without a key everybody is the local user", () => {
  const authenticate = createAuthenticate(undefined);
  expect(authenticate(undefined)).toEqual({ owner: "local" });
  expect(authenticate("anything")).toEqual({ owner: "local" });
});

describe("with a key", () => {
  const authenticate = createAuthenticate(KEY);

  test("who has it gets in", () => {
    expect(authenticate(KEY)).toEqual({ owner: "local" });
  });

  test("nothing and anything else are refused", () => {
    const other = fc.oneof(fc.string(), fc.constantFrom("", KEY.slice(1), `${KEY}0`, KEY.toUpperCase(), `${KEY} `));
    fc.assert(
      fc.property(fc.option(other, { nil: undefined }), (key) => {
        fc.pre(key !== KEY);
        expect(() => authenticate(key)).toThrow(AppError);
      }),
    );
    expect(() => authenticate(undefined)).toThrow(expect.objectContaining({ code: "UNAUTHENTICATED", status: 401 }));
  });
});

test.each([
  ["Bearer abc", "abc"],
  ["bearer abc", "abc"],
  ["Bearer   abc  ", "abc"],
  ["Bearer", undefined],
  ["Bearer ", undefined],
  ["Bearer a b", undefined],
  ["Basic abc", undefined],
  ["xBearer abc", undefined],
  ["abc", undefined],
  ["", undefined],
  [undefined, undefined],
])("the token of %j is %j", (header, expected) => {
  expect(bearerToken(header)).toBe(expected);
});

test("a long header takes no long time", () => {
  const before = performance.now();
  expect(bearerToken(`Bearer ${" ".repeat(100_000)}\n`)).toBeUndefined();
  expect(performance.now() - before).toBeLessThan(1_000);
});
