import { describe, expect, test } from "vitest";
import { parseArgs, parseTimeout } from "./parse-args.ts";

describe("arguments", () => {
  test.each([
    ["", []],
    ["  ", []],
    ["[2, 3]", [2, 3]],
    ['[{"a": null}]', [{ a: null }]],
  ])("%j are taken", (text, value) => {
    expect(parseArgs(text)).toEqual({ ok: true, value });
  });

  test.each([
    ["[2,", /^Not JSON/],
    ["2", /JSON array/],
    ['{"a": 1}', /JSON array/],
    ["null", /JSON array/],
    [`[${"[".repeat(600)}${"]".repeat(600)}]`, /nested at most/],
  ])("%j are refused with a reason", (text, reason) => {
    expect(parseArgs(text)).toEqual({ ok: false, error: expect.stringMatching(reason) });
  });
});

describe("timeout", () => {
  test.each([
    ["", undefined],
    ["1000", 1_000],
    [" 5 ", 5],
  ])("%j is taken", (text, value) => {
    expect(parseTimeout(text)).toEqual({ ok: true, value });
  });
  test.each(["0", "300001", "1.5", "-1", "1e3", "soon"])("%j is refused", (text) => {
    expect(parseTimeout(text).ok).toBe(false);
  });
});
