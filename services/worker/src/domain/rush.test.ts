import { createManualClock } from "@lambda-lite/backplane/testing";
import { expect, test } from "vitest";
import { createRush } from "./rush.ts";

const patience = { quietMs: 60, mostMs: 150 };

async function isOver(waiting: Promise<void>): Promise<boolean> {
  return Promise.race([waiting.then(() => true), new Promise<boolean>((resolve) => setTimeout(resolve, 10, false))]);
}

test("without a rush nothing waits", async () => {
  expect(await isOver(createRush(createManualClock()).over(patience))).toBe(true);
});

test("it waits for a quiet moment, and no longer than its patience", async () => {
  const clock = createManualClock();
  const rush = createRush(clock);
  rush.note();
  const once = rush.over(patience);
  await clock.advance(59);
  expect(await isOver(once)).toBe(false);
  await clock.advance(1);
  expect(await isOver(once)).toBe(true);

  rush.note();
  const patient = rush.over(patience);
  for (let ms = 0; ms < 140; ms += 20) {
    await clock.advance(20);
    rush.note();
  }
  expect(await isOver(patient)).toBe(false);
  await clock.advance(10);
  expect(await isOver(patient)).toBe(true);
});

test("whoever is told to stop waits no longer", async () => {
  const rush = createRush(createManualClock());
  const stop = new AbortController();
  rush.note();
  const waiting = rush.over(patience, stop.signal);
  stop.abort();
  expect(await isOver(waiting)).toBe(true);
});
