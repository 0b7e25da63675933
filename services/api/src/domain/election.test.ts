import { systemClock } from "@lambda-lite/backplane/ports";
import { openTestBackplane, silentLogger } from "@lambda-lite/backplane/testing";
import type { TestBackplane } from "@lambda-lite/backplane/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createElection } from "./election.ts";
import type { Election } from "./election.ts";

let backplane: TestBackplane;
beforeAll(async () => {
  backplane = await openTestBackplane();
});
afterAll(() => backplane.close());

const candidate = (holder: string, lease = backplane.leaderLease): Election =>
  createElection({ name: "test", holder, lease, clock: systemClock, logger: silentLogger });
const leaders = (all: Election[]) => all.filter((election) => election.leads()).length;

test("of several one leads, and when it goes another one does at once", async () => {
  const all = ["a", "b", "c"].map((holder) => candidate(holder));
  for (const one of all) one.start();
  await expect.poll(() => leaders(all), { timeout: 3_000 }).toBe(1);
  const first = all.find((one) => one.leads());
  await first?.stop();
  expect(first?.leads()).toBe(false);
  const others = all.filter((one) => one !== first);
  await expect.poll(() => leaders(others), { timeout: 3_500 }).toBe(1);
  await Promise.all(others.map((one) => one.stop()));
});

test("a leader that can't prolong stops before another one may begin", { timeout: 20_000 }, async () => {
  let away = false;
  const { hold, resign } = backplane.leaderLease;
  const cutOff = candidate("cut off", {
    hold: (name, holder) => (away ? Promise.reject(new Error("away")) : hold(name, holder)),
    resign,
  });
  const next = candidate("next");
  cutOff.start();
  await expect.poll(() => cutOff.leads(), { timeout: 3_000 }).toBe(true);
  next.start();
  away = true;
  let both = false;
  const seesNext = async () => {
    both ||= cutOff.leads() && next.leads();
    return next.leads();
  };
  await expect.poll(seesNext, { timeout: 12_000, interval: 20 }).toBe(true);
  expect(both).toBe(false);
  await Promise.all([cutOff.stop(), next.stop()]);
});
