import { systemClock } from "@lambda-lite/backplane/ports";
import { newJob, openTestBackplane, silentLogger } from "@lambda-lite/backplane/testing";
import type { TestBackplane } from "@lambda-lite/backplane/testing";
import type { JobConsumer, QueueEntry } from "@lambda-lite/backplane/ports";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { createFetchLoop } from "./fetch-loop.ts";
import type { FetchLoop } from "./fetch-loop.ts";
import { createTokenBucket } from "./token-bucket.ts";

let backplane: TestBackplane;
let consumer: JobConsumer;
let loop: FetchLoop;
let gateOpen: boolean;
/** Entries that run until they are told to end. */
let running: Array<{ entry: QueueEntry; end: () => void }>;

beforeAll(async () => {
  backplane = await openTestBackplane();
  consumer = backplane.openConsumer("default");
});
afterAll(async () => {
  await consumer.close();
  await backplane.close();
});

beforeEach(() => {
  gateOpen = true;
  running = [];
  loop = createFetchLoop({
    consumer,
    runner: {
      run: async (entry) => {
        const ended = Promise.withResolvers<void>();
        running.push({ entry, end: ended.resolve });
        await ended.promise;
        await entry.ack();
      },
    },
    concurrency: 2,
    bucket: createTokenBucket(1_000, 1_000, systemClock),
    gateOpen: () => gateOpen,
    clock: systemClock,
    logger: silentLogger,
  });
});
afterEach(async () => {
  for (const { end } of running) end();
  await loop.stop();
  for (let entry = await consumer.next(); entry; entry = await consumer.next()) await entry.ack();
  await vi.waitFor(async () => expect(await backplane.queue.counts("default")).toEqual({ waiting: 0, active: 0 }));
});

async function submit(count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) await backplane.jobs.insert(newJob());
  await vi.waitFor(async () => expect((await backplane.queue.counts("default")).waiting).toBe(count));
}

test("takes as many as there are slots, and the next when one is free", async () => {
  await submit(4);
  loop.start();
  await vi.waitFor(() => expect(running).toHaveLength(2));
  expect(await backplane.queue.counts("default")).toEqual({ waiting: 2, active: 2 });
  running[0]?.end();
  await vi.waitFor(() => expect(running).toHaveLength(3));
  expect(await backplane.queue.counts("default")).toEqual({ waiting: 1, active: 2 });
});

test("takes nothing while the gate is closed", async () => {
  gateOpen = false;
  await submit(1);
  loop.start();
  await systemClock.sleep(300);
  expect(running).toHaveLength(0);
  expect(await backplane.queue.counts("default")).toEqual({ waiting: 1, active: 0 });
  gateOpen = true;
  await vi.waitFor(() => expect(running).toHaveLength(1));
});

test("a gate that closes while it waits for an entry puts the entry back", async () => {
  loop.start();
  // The queue is empty: by now the loop stands in its blocking read.
  await systemClock.sleep(200);
  gateOpen = false;
  await submitWithoutWaiting();
  await vi.waitFor(async () => expect(await backplane.queue.counts("default")).toEqual({ waiting: 1, active: 0 }));
  expect(running).toHaveLength(0);
});

async function submitWithoutWaiting(): Promise<void> {
  await backplane.jobs.insert(newJob());
}

test("after stop nothing is taken, and what runs runs on", async () => {
  await submit(1);
  loop.start();
  await vi.waitFor(() => expect(running).toHaveLength(1));
  await loop.stop();
  await submitWithoutWaiting();
  await vi.waitFor(async () => expect(await backplane.queue.counts("default")).toEqual({ waiting: 1, active: 1 }));
  expect(running).toHaveLength(1);
});
