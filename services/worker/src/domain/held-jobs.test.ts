import { createManualClock } from "@lambda-lite/backplane/testing";
import { expect, test } from "vitest";
import { createHeldJobs } from "./held-jobs.ts";

const JOB = { id: "0123456789abcdef01234567", token: "t" };

test("the first reason to stop stands, but a lost lease outweighs it", () => {
  const held = createHeldJobs(createManualClock());
  const hold = held.hold(JOB);
  expect(hold.stopReason()).toBeUndefined();
  held.stopJob(JOB.id, "cancelled");
  held.stopAll("drain");
  expect([hold.signal.aborted, hold.stopReason()]).toEqual([true, "cancelled"]);
  held.stopAll("lease-lost");
  held.stop(JOB.token, "drain");
  expect([hold.signal.reason, hold.stopReason()]).toEqual(["cancelled", "lease-lost"]);
});

test("what is let go isn't held, and when nothing is, who waits for that hears of it", async () => {
  const held = createHeldJobs(createManualClock());
  const hold = held.hold(JOB);
  const empty = held.empty().then(() => "empty");
  held.stop("another", "drain");
  expect([held.has(JOB.token), held.count(), hold.stopReason()]).toEqual([true, 1, undefined]);
  hold.letGo();
  expect([held.has(JOB.token), held.count(), await empty]).toEqual([false, 0, "empty"]);
});
