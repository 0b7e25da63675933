import { expect, test } from "vitest";

import { commandOf, identify, isStillRunning, parseStat } from "./process-identity.ts";

test("reads state and start time behind a name with spaces and parentheses", () => {
  const stat = `42 (a (b) c) S 1 42 42 0 -1 4194560 ${"0 ".repeat(12)}777 1 2`;
  expect(parseStat(stat)).toEqual({ state: "S", startTicks: "777" });
});

test("knows this process again, and not another one with the same number", async () => {
  const self = await identify(process.pid);
  if (!self) throw new Error("no /proc");
  expect(await isStillRunning(self)).toBe(true);
  expect(await isStillRunning({ ...self, startTicks: "1" })).toBe(false);
  expect(await isStillRunning({ ...self, bootId: "another boot" })).toBe(false);
  expect(await commandOf(process.pid)).not.toBe("?");
});

test("finds nothing where no process is", async () => {
  expect(await identify(2 ** 30)).toBeUndefined();
  expect(await commandOf(2 ** 30)).toBe("?");
});
