import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestBackplane } from "../testing/index.ts";
import type { TestBackplane } from "../testing/index.ts";

let backplane: TestBackplane;
beforeAll(async () => {
  backplane = await openTestBackplane();
});
afterAll(() => backplane.close());

const OFFER = {
  engineId: "$engine",
  pool: "default",
  runtimes: ["javascript"],
  isolations: ["container"],
  slots: 5,
  busy: 0,
};

test("each life has a higher epoch, and only the newest can renew", async () => {
  const first = await backplane.workers.register("w", OFFER);
  const second = await backplane.workers.register("w", OFFER);
  expect(second.epoch).toBe(first.epoch + 1);
  expect(await backplane.workers.renew(first, OFFER)).toBe(false);
  expect(await backplane.workers.renew(second, OFFER)).toBe(true);
});

test("a life that ran out can't be renewed, and keeps its epoch for the next", async () => {
  const life = await backplane.workers.register("expired", OFFER);
  await backplane.workers.retire(life);
  expect(await backplane.workers.renew(life, OFFER)).toBe(false);
  expect((await backplane.workers.register("expired", OFFER)).epoch).toBe(life.epoch + 1);
});

test("lists the living, with what they offer", async () => {
  const life = await backplane.workers.register("listed", OFFER);
  await backplane.workers.renew(life, { ...OFFER, busy: 3 });
  const gone = await backplane.workers.register("gone", OFFER);
  await backplane.workers.retire(gone);
  const living = await backplane.workers.living();
  expect(living.find(({ workerId }) => workerId === "listed")).toMatchObject({ ...OFFER, busy: 3 });
  expect(living.find(({ workerId }) => workerId === "gone")).toBeUndefined();
});

test("a lease lasts twenty seconds on the database's clock", async () => {
  await backplane.workers.register("timed", OFFER);
  const doc = await backplane.mongo.collection("workers").findOne({ _id: "timed" as never });
  const leaseMs = doc?.["leaseUntil"].getTime() - Date.now();
  expect(leaseMs).toBeGreaterThan(15_000);
  expect(leaseMs).toBeLessThanOrEqual(20_500);
});
