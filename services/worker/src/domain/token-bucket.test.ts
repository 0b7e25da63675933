import { createManualClock } from "@lambda-lite/backplane/testing";
import { expect, test } from "vitest";
import { createTokenBucket } from "./token-bucket.ts";

const never = new AbortController().signal;

/** How many takes have succeeded. */
function takeMany(bucket: ReturnType<typeof createTokenBucket>, count: number) {
  let taken = 0;
  void (async () => {
    for (let n = 0; n < count; n += 1) {
      await bucket.take(never);
      taken += 1;
    }
  })();
  return () => taken;
}

test("a burst up to the limit, then the rate", async () => {
  const clock = createManualClock();
  const taken = takeMany(createTokenBucket(10, 1_000, clock), 100);
  await clock.advance(0);
  expect(taken()).toBe(10);
  await clock.advance(500);
  expect(taken()).toBe(15);
  await clock.advance(1_000);
  expect(taken()).toBe(25);
});

test("a rest saves up one burst, not more", async () => {
  const clock = createManualClock();
  const bucket = createTokenBucket(10, 1_000, clock);
  await clock.advance(60_000);
  const taken = takeMany(bucket, 100);
  await clock.advance(0);
  expect(taken()).toBe(10);
});

test("a token that was put back can be taken at once", async () => {
  const clock = createManualClock();
  const bucket = createTokenBucket(1, 1_000, clock);
  await bucket.take(never);
  bucket.putBack();
  expect(await bucket.take(never)).toBe(true);
  expect(clock.monotonicMs()).toBe(0);
});

test("a wait that is aborted takes nothing", async () => {
  const clock = createManualClock();
  const bucket = createTokenBucket(1, 1_000, clock);
  await bucket.take(never);
  const stopping = new AbortController();
  const waiting = bucket.take(stopping.signal);
  stopping.abort();
  expect(await waiting).toBe(false);
});
