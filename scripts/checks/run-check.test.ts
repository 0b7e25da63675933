import { expect, test } from "vitest";

import { renderResults, runCheck } from "./run-check.ts";

test("says whether the program succeeded, with its output", async () => {
  const check = { name: "x", command: process.execPath };
  expect(await runCheck({ ...check, args: ["-e", "console.log('fine')"] })).toMatchObject({
    passed: true,
    output: "fine",
  });
  expect(await runCheck({ ...check, args: ["-e", "console.error('bad'); process.exit(3)"] })).toMatchObject({
    passed: false,
    output: "bad",
  });
});

test("a program that isn't there is a failure, not a crash", async () => {
  expect(await runCheck({ name: "x", command: "no-such-program", args: [] })).toMatchObject({ passed: false });
});

test("aligns names and durations", () => {
  const results = [
    { name: "a", passed: true, durationMs: 1_234, output: "" },
    { name: "long", passed: false, durationMs: 12_345, output: "" },
  ];
  expect(renderResults(results)).toBe("✓ a       1.2 s  passed\n✗ long   12.3 s  failed");
});
