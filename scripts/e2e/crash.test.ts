import { setTimeout as sleep } from "node:timers/promises";

import { openTcpProxy, testServers } from "@lambda-lite/backplane/testing";
import { Redis } from "ioredis";
import { afterEach, expect, test } from "vitest";

import { waitUntil } from "../lib/wait-until.ts";
import { canRunRedis, startOwnRedis } from "./own-redis.ts";
import { startTestStack } from "./test-stack.ts";
import type { TestStack } from "./test-stack.ts";

let stack: TestStack | undefined;
afterEach(async () => {
  await stack?.close();
  stack = undefined;
});

/** The job once it runs. */
function running(on: TestStack, id: string) {
  return waitUntil(
    "the job runs",
    async () => {
      const job = await on.job(id);
      if (job.status !== "RUNNING") throw new Error(`it is ${job.status}`);
      return job;
    },
    { timeoutMs: 10_000 },
  );
}

const SLOW = "function main(ms) { return new Promise((resolve) => setTimeout(() => resolve('done'), ms)); }";

test("a job whose worker is killed -9 runs again within 30 s, and completes once", { timeout: 120_000 }, async () => {
  stack = await startTestStack({ workers: 1 });
  const { id } = await stack.submit({ code: SLOW, args: [5_000] });
  await running(stack, id);
  // Claimed comes before its container: the kill is to leave one behind.
  await expect.poll(async () => (await stack?.containers())?.length).toBe(1);
  const [victim] = stack.workers;
  await victim?.kill();
  const killedMs = performance.now();
  await stack.startWorker();
  await waitUntil(
    "it runs again",
    async () => {
      const job = await (stack as TestStack).job(id);
      if (job.attempt < 2) throw new Error(`attempt ${job.attempt}, ${job.status}`);
    },
    { timeoutMs: 35_000 },
  );
  expect(performance.now() - killedMs).toBeLessThan(30_000);
  expect(await stack.finished(id)).toMatchObject({ status: "COMPLETED", result: "done", attempt: 2 });
  // What it left is the next life's to remove, and others' when its lease is over.
  await stack.startWorker({ WORKER_ID: `${stack.redisPrefix}-0` });
  await stack.noContainers();
  await stack.noQueueEntries();
});

test(
  "of two workers on one engine one is killed -9: what it left is gone within 60 s, what the other runs goes on",
  { timeout: 150_000 },
  async () => {
    stack = await startTestStack({ workers: 2, workerEnv: { WORKER_CONCURRENCY: "2" } });
    const jobs = await Promise.all(
      Array.from({ length: 4 }, () => (stack as TestStack).submit({ code: SLOW, args: [35_000], timeout: 60_000 })),
    );
    await expect.poll(async () => (await stack?.containers())?.length, { timeout: 15_000 }).toBe(4);
    const found = await stack.containers();
    const of = (n: number) =>
      found.filter(({ Labels }) => Labels["lambdalite.worker"] === `${stack?.redisPrefix}-${n}`).map(({ Id }) => Id);
    const [left, others] = [of(0), of(1)];
    expect([left.length, others.length]).toEqual([2, 2]);
    const survivors = (await Promise.all(jobs.map(({ id }) => (stack as TestStack).job(id)))).filter(
      ({ workerId }) => workerId === `${stack?.redisPrefix}-1`,
    );
    await stack.workers[0]?.kill();
    await waitUntil(
      "what the dead worker left is gone",
      async () => {
        const ids = new Set((await (stack as TestStack).containers()).map(({ Id }) => Id));
        if (left.some((id) => ids.has(id))) throw new Error("it is still there");
      },
      { timeoutMs: 60_000 },
    );
    for (const { id } of survivors) {
      expect(await stack.finished(id, 60_000)).toMatchObject({ status: "COMPLETED", attempt: 1 });
    }
    for (const { id } of jobs) await stack.finished(id, 60_000);
    await stack.noQueueEntries();
  },
);

test("an emptied Redis loses none of 50 pending jobs", { timeout: 120_000 }, async () => {
  // A database of its own: emptying it is a FLUSHALL for this installation, and for no other test.
  stack = await startTestStack({ workers: 0, redisDatabase: 1 });
  const jobs = await Promise.all(
    Array.from({ length: 50 }, (_, n) =>
      (stack as TestStack).submit({ code: "function main(n) { return n; }", args: [n] }),
    ),
  );
  const redis = new Redis(stack.redisUrl);
  await redis.flushdb();
  redis.disconnect();
  await stack.startWorker();
  for (const [n, { id }] of jobs.entries()) {
    const timeoutMs = 100_000;
    expect(await stack.finished(id, timeoutMs)).toMatchObject({ status: "COMPLETED", result: n, attempt: 1 });
  }
});

test.skipIf(!canRunRedis)(
  "Redis away for 60 s: submissions are accepted, what runs finishes, what waits runs when it is back",
  { timeout: 180_000 },
  async () => {
    const redis = await startOwnRedis();
    try {
      stack = await startTestStack({ redisServer: redis.url });
      const on = stack;
      const under = await on.submit({ code: SLOW, args: [10_000] });
      await running(on, under.id);
      await redis.kill();
      const awayMs = performance.now();
      const accepted: string[] = [];
      while (performance.now() - awayMs < 60_000) {
        // Not accepted, it would throw.
        accepted.push((await on.submit({ code: "function main() { return 1; }" })).id);
        await sleep(2_000);
      }
      expect(await on.job(under.id)).toMatchObject({ status: "COMPLETED", result: "done", attempt: 1 });
      await redis.start();
      for (const id of accepted)
        expect(await on.finished(id, 60_000)).toMatchObject({ status: "COMPLETED", result: 1 });
      await on.close();
      stack = undefined;
    } finally {
      await redis.close();
    }
  },
);

test("a drained worker finishes what it runs, and takes nothing more", { timeout: 60_000 }, async () => {
  stack = await startTestStack({ workers: 1 });
  const { id } = await stack.submit({ code: SLOW, args: [2_000] });
  await running(stack, id);
  const [worker] = stack.workers;
  const ended = worker?.terminate();
  const late = await stack.submit({ code: SLOW, args: [0] });
  expect(await stack.finished(id)).toMatchObject({ status: "COMPLETED", attempt: 1 });
  expect(await ended).toBe(0);
  expect(await stack.job(late.id)).toMatchObject({ status: "PENDING", attempt: 0 });
  await stack.startWorker();
  expect(await stack.finished(late.id)).toMatchObject({ status: "COMPLETED", attempt: 1 });
});

test("a job that outlasts the drain is released at once, and runs elsewhere", { timeout: 60_000 }, async () => {
  // Grace of 16 s less the reserve of 15 s: the drain is patient for one second.
  stack = await startTestStack({ workers: 1, workerEnv: { SHUTDOWN_GRACE_MS: "16000" } });
  const { id } = await stack.submit({ code: SLOW, args: [8_000] });
  await running(stack, id);
  const ended = stack.workers[0]?.terminate();
  await stack.startWorker();
  expect(await ended).toBe(0);
  expect(await stack.finished(id)).toMatchObject({ status: "COMPLETED", attempt: 2 });
});

test(
  "a worker whose Redis went away records what it ran, and ends when it is told to",
  { timeout: 90_000 },
  async () => {
    const link = await openTcpProxy(testServers().redisUrl);
    try {
      stack = await startTestStack({ workers: 0 });
      await stack.startWorker({ REDIS_URL: link.via(stack.redisUrl) });
      const { id } = await stack.submit({ code: SLOW, args: [3_000] });
      await running(stack, id);
      await link.cut();
      expect(await stack.finished(id)).toMatchObject({ status: "COMPLETED", attempt: 1 });
      const [worker] = stack.workers.splice(0);
      const toldMs = performance.now();
      // On a busy machine its code may say that not everything could be closed; that it ends at all is what is asked.
      await worker?.terminate();
      expect(performance.now() - toldMs).toBeLessThan(30_000);
      // The entry that nobody could settle comes back, and the next worker finds its claim refused.
      await stack.startWorker();
      await stack.noQueueEntries();
      expect(await stack.job(id)).toMatchObject({ status: "COMPLETED", attempt: 1 });
    } finally {
      await link.close();
    }
  },
);

test(
  "a drain whose store has gone for good ends with the lease, and the job runs elsewhere",
  { timeout: 120_000 },
  async () => {
    const link = await openTcpProxy(testServers().mongoUrl);
    try {
      stack = await startTestStack({ workers: 0 });
      const mongoUrl = new URL(link.via(stack.mongoUrl));
      // Else the driver might learn the server's own address and go past the link.
      mongoUrl.searchParams.set("directConnection", "true");
      const worker = await stack.startWorker({ MONGO_URL: mongoUrl.href, SHUTDOWN_GRACE_MS: "16000" });
      const { id } = await stack.submit({ code: SLOW, args: [8_000] });
      await running(stack, id);
      stack.workers.splice(0);
      const toldMs = performance.now();
      const ended = worker.terminate();
      await link.cut();
      // Its code may say that not everything could be closed; that it ends at all is what is asked.
      await ended;
      expect(performance.now() - toldMs).toBeLessThan(40_000);
      await stack.startWorker();
      expect(await stack.finished(id, 60_000)).toMatchObject({ status: "COMPLETED", result: "done", attempt: 2 });
      await stack.noContainers(60_000);
      await stack.noQueueEntries();
    } finally {
      await link.close();
    }
  },
);
