import { createManualClock, silentLogger } from "@lambda-lite/backplane/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createBusyMarker, deletionCost } from "./busy-marker.ts";
import { createHeldJobs } from "./held-jobs.ts";

test.each([
  [undefined, 0],
  [0, 0],
  [4_999, 0],
  [5_000, 10],
  [29_999, 10],
  [30_000, 40],
  [95_000, 100],
])("an oldest job of %s ms costs %d", (ageMs, cost) => {
  expect(deletionCost(ageMs)).toBe(cost);
});

let clock = createManualClock();
let held = createHeldJobs(clock);
let told: number[] = [];
let marker: ReturnType<typeof createBusyMarker>;

beforeEach(() => {
  clock = createManualClock();
  held = createHeldJobs(clock);
  told = [];
  const cost = { set: async (value: number) => void told.push(value) };
  marker = createBusyMarker({ held, cost, clock, logger: silentLogger });
  marker.start();
});
afterEach(() => marker.stop());

test("short jobs tell nothing", async () => {
  for (let n = 0; n < 10; n += 1) {
    const { letGo } = held.hold({ id: "j", token: `t${n}` });
    await clock.advance(2_000);
    letGo();
  }
  expect(told).toEqual([]);
});

test("a long job marks its worker twice a minute, and the mark outlasts it by ten seconds", async () => {
  const { letGo } = held.hold({ id: "j", token: "t" });
  await clock.advance(65_000);
  expect(told).toEqual([10, 40, 70]);
  letGo();
  await clock.advance(8_000);
  expect(told).toEqual([10, 40, 70]);
  await clock.advance(4_000);
  expect(told).toEqual([10, 40, 70, 0]);
});
