import { expect, test, vi } from "vitest";

import type { LeaseRecord } from "./job-database.ts";
import { createLeaseWatcher } from "./lease-watcher.ts";

/** What the watcher says of a lease that is seen in these states, one after the other. */
async function revivedBy(...states: LeaseRecord[]) {
  const left = [...states];
  let last = states[0] as LeaseRecord;
  const leases = vi.fn(async () => [(last = left.shift() ?? last)]);
  const watcher = createLeaseWatcher({ leases }, 1);
  watcher.start();
  await vi.waitFor(() => expect(leases.mock.calls.length).toBeGreaterThan(states.length));
  await watcher.stop();
  return watcher.revived;
}
const lease = (untilMs: number, epoch = 1): LeaseRecord => ({
  workerId: "w",
  epoch,
  leaseUntilMs: Date.now() + untilMs,
});

test("a lease that was over and runs again in the same life is found", async () => {
  expect(await revivedBy(lease(20_000), lease(-5_000), lease(20_000))).toMatchObject([{ workerId: "w", epoch: 1 }]);
});

test("a renewal, a lease that just runs out, and a new life are fine", async () => {
  expect(await revivedBy(lease(5_000), lease(20_000))).toEqual([]);
  expect(await revivedBy(lease(-100), lease(20_000))).toEqual([]);
  expect(await revivedBy(lease(-5_000), lease(20_000, 2))).toEqual([]);
});

test("a database that is away is asked again", async () => {
  const leases = vi.fn(async (): Promise<LeaseRecord[]> => Promise.reject(new Error("away")));
  const watcher = createLeaseWatcher({ leases }, 1);
  watcher.start();
  await vi.waitFor(() => expect(leases.mock.calls.length).toBeGreaterThan(3));
  await watcher.stop();
  expect(watcher.revived).toEqual([]);
});
