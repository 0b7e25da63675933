import { expect, test } from "vitest";
import { formatDuration } from "./format.ts";

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
