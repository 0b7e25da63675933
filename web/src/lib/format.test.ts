import { expect, test } from "vitest";
import { formatDuration, formatJson } from "./format.ts";

test.each([
  [0, "0 ms"],
  [0.84, "0.8 ms"],
  [12.4, "12 ms"],
  [999.4, "999 ms"],
  [1_250, "1.25 s"],
  [125_000, "2 min 5 s"],
])("%d ms reads %s", (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test("small JSON is indented, large is left in one line", () => {
  expect(formatJson({ a: [1] })).toBe('{\n  "a": [\n    1\n  ]\n}');
  expect(formatJson(null)).toBe("null");
  expect(formatJson(Array.from({ length: 60_000 }, () => 0))).not.toContain("\n");
});
