import { expect, test } from "vitest";

import { parseStartArguments } from "./arguments.ts";

test.each([
  [[], { help: false, web: true }],
  [["--no-web"], { help: false, web: false }],
  [["-h"], { help: true, web: true }],
  [["--help"], { help: true, web: true }],
])("%j", (args, expected) => {
  expect(parseStartArguments(args)).toEqual(expected);
});

test.each([["--bogus"], ["stray"], ["--no-worker"]])("refuses %s and points to the help", (arg) => {
  expect(() => parseStartArguments([arg])).toThrow(/--help/);
});
