import { createManualClock, newJob, openTestBackplane, silentLogger } from "@lambda-lite/backplane/testing";
import type { ManualClock, TestBackplane } from "@lambda-lite/backplane/testing";
import { AppError } from "@lambda-lite/backplane/ports";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { createHeldJobs } from "./held-jobs.ts";
import type { HeldJobs } from "./held-jobs.ts";
import { createLeaseKeeper } from "./lease-keeper.ts";
import type { LeaseKeeper } from "./lease-keeper.ts";

let backplane: TestBackplane;
let clock: ManualClock;
let held: HeldJobs;
let lease: LeaseKeeper;
let storeAway = false;
let lives = 0;
let livesLost = 0;

const OFFER = { engineId: "e", pool: "default", runtimes: [], isolations: [], slots: 5, busy: 0 };

beforeAll(async () => {
  backplane = await openTestBackplane();
});
afterAll(() => backplane.close());

beforeEach(async () => {
  clock = createManualClock();
  held = createHeldJobs(clock);
  storeAway = false;
  livesLost = 0;
  const { workers } = backplane;
  lease = createLeaseKeeper({
    workerId: `w-${(lives += 1)}`,
    offer: () => OFFER,
    registry: {
      ...workers,
      // The real registry, behind a link that can break.
      renew: (life, offer) =>
        storeAway ? Promise.reject(new AppError("STORE_UNAVAILABLE")) : workers.renew(life, offer),
      register: (id, offer) =>
        storeAway ? Promise.reject(new AppError("STORE_UNAVAILABLE")) : workers.register(id, offer),
    },
    jobs: backplane.jobs,
    held,
    onLost: () => (livesLost += 1),
    clock,
    logger: silentLogger,
  });
  await lease.start();
});
afterEach(() => lease.stop());

/** A job that the store believes to be running here. */
async function claimed(token: string): Promise<string> {
  const { id } = await backplane.jobs.insert(newJob());
  await backplane.jobs.claim({ id, attempt: 1 }, lease.life(), token);
  return id;
}
const status = async (id: string) => (await backplane.jobs.find(id, "local"))?.status;

test("while renewals are acknowledged the life goes on, whatever the time", async () => {
  const { epoch } = lease.life();
  await clock.advance(60_000);
  expect(lease.alive()).toBe(true);
  expect(lease.life().epoch).toBe(epoch);
});

test("without one for 15 s every job is given up, and a new life begins when they are gone", async () => {
  const { epoch } = lease.life();
  const { signal, letGo } = held.hold({ id: "j", token: "t" });
  storeAway = true;
  await clock.advance(14_000);
  expect(signal.aborted).toBe(false);
  await clock.advance(2_000);
  expect(signal.reason).toBe("lease-lost");
  expect(livesLost).toBe(1);
  expect(lease.alive()).toBe(false);
  storeAway = false;
  await clock.advance(5_000);
  // Not while a container of the old life may still run.
  expect(lease.alive()).toBe(false);
  letGo();
  await vi.waitFor(async () => {
    await clock.advance(1_000);
    expect(lease.alive()).toBe(true);
  });
  expect(lease.life().epoch).toBe(epoch + 1);
});

test("being told that the life is over ends it at once", async () => {
  const { signal, letGo } = held.hold({ id: "j", token: "t" });
  await backplane.workers.retire(lease.life());
  await clock.advance(5_000);
  await vi.waitFor(() => expect(signal.reason).toBe("lease-lost"));
  letGo();
});

test("a claim whose reply was lost is released, one that is held is left alone", async () => {
  const lost = await claimed("lost");
  const mine = await claimed("mine");
  const { signal, letGo } = held.hold({ id: mine, token: "mine" });
  await clock.advance(5_000);
  await vi.waitFor(async () => expect(await status(lost)).toBe("PENDING"));
  expect(await status(mine)).toBe("RUNNING");
  expect(signal.aborted).toBe(false);
  letGo();
});

test("a cancel that was asked for stops the job within a tick", async () => {
  const id = await claimed("t");
  const { signal, letGo } = held.hold({ id, token: "t" });
  await backplane.jobs.requestCancel(id, "local");
  await clock.advance(5_000);
  await vi.waitFor(() => expect(signal.reason).toBe("cancelled"));
  letGo();
});

test("an orderly stop ends the lease, so that nobody waits for it", async () => {
  await lease.stop();
  const living = await backplane.workers.living();
  expect(living.map(({ workerId }) => workerId)).not.toContain(lease.life().workerId);
});

test("a store that was suspected is asked every second, until it answers", async () => {
  expect(lease.storeAnswers()).toBe(true);
  storeAway = true;
  await clock.advance(1_000);
  lease.suspectStore();
  await clock.advance(4_000);
  expect(lease.storeAnswers()).toBe(false);
  storeAway = false;
  await vi.waitFor(async () => {
    await clock.advance(1_000);
    expect(lease.storeAnswers()).toBe(true);
  });
  expect(lease.alive()).toBe(true);
});
