import { createManualClock, silentLogger } from "@lambda-lite/backplane/testing";
import { expect, test } from "vitest";
import { createPauseWatch } from "./pause-watch.ts";

test("a pause is seen at the start and within five seconds, and outlasts a store that is away", async () => {
  const clock = createManualClock();
  let answer = () => Promise.resolve(true);
  const watch = createPauseWatch({
    pools: { isPaused: () => answer() },
    pool: "default",
    clock,
    logger: silentLogger,
  });
  await watch.start();
  expect(watch.paused()).toBe(true);
  answer = () => Promise.reject(new Error("away"));
  await clock.advance(20_000);
  expect(watch.paused()).toBe(true);
  answer = () => Promise.resolve(false);
  await clock.advance(5_000);
  expect(watch.paused()).toBe(false);
  await watch.stop();
});
