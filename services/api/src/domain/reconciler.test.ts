import { systemClock, systemRandom } from "@lambda-lite/backplane/ports";
import type { Claimant } from "@lambda-lite/backplane/ports";
import { documentId, newJob, openTestBackplane, silentLogger } from "@lambda-lite/backplane/testing";
import type { TestBackplane } from "@lambda-lite/backplane/testing";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { createReconciler } from "./reconciler.ts";
import type { Reconciler } from "./reconciler.ts";

const DAY_MS = 86_400_000;
const OWN = {
  retentionMs: 30 * DAY_MS,
  leads: () => true,
  clock: systemClock,
  random: systemRandom,
  logger: silentLogger,
};
const OFFER = { engineId: "e", pool: "default", runtimes: [], isolations: [], slots: 5, busy: 0 };
let backplane: TestBackplane;
let reconciler: Reconciler;

beforeAll(async () => {
  backplane = await openTestBackplane();
  reconciler = createReconciler({ ...backplane, ...OWN });
});
afterEach(async () => {
  await backplane.jobs.settle();
  await backplane.mongo.collection("jobs").deleteMany({});
  await emptyRedis();
});
afterAll(() => backplane.close());

async function emptyRedis(): Promise<void> {
  const keys = await backplane.redis.keys(`${backplane.redisPrefix}:*`);
  if (keys.length > 0) await backplane.redis.del(keys);
}

/** All at once, the last of them would wait longer than the store allows. */
async function inPortions<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  for (let from = 0; from < items.length; from += 50) await Promise.all(items.slice(from, from + 50).map(work));
}

async function insert(): Promise<string> {
  const { id } = await backplane.jobs.insert(newJob());
  await backplane.jobs.settle();
  return id;
}

async function run(id: string, attempt: number, by: Claimant): Promise<void> {
  expect(await backplane.jobs.claim({ id, attempt }, by, `token-${attempt}`)).not.toBeNull();
  await backplane.jobs.settle();
}

/** The document, beside what the ports show: `faults` is nobody's business outside. */
async function stored(id: string) {
  const found = await backplane.jobs.find(id, "local");
  const [document] = await backplane.mongo
    .collection("jobs")
    .find({}, { projection: { faults: 1 } })
    .toArray();
  return { ...found, faults: document?.["faults"] as number };
}

const isQueued = async (id: string, attempt: number) =>
  (await backplane.queue.has([{ id, attempt, pool: "default", priority: 4 }]))[0];

test("a job that was lost with Redis is queued again, once", async () => {
  const id = await insert();
  await emptyRedis();
  expect(await isQueued(id, 1)).toBe(false);
  expect(await reconciler.enqueueMissing()).toBe(1);
  expect(await isQueued(id, 1)).toBe(true);
  expect(await reconciler.enqueueMissing()).toBe(0);
  expect(await backplane.queue.counts("default")).toEqual({ waiting: 1, active: 0 });
});

test("a job that is queued, or taken but not yet claimed, is left alone", async () => {
  await insert();
  expect(await reconciler.enqueueMissing()).toBe(0);
  const consumer = backplane.openConsumer("default");
  const entry = await consumer.next();
  expect(await reconciler.enqueueMissing()).toBe(0);
  expect(await backplane.queue.counts("default")).toEqual({ waiting: 0, active: 1 });
  await entry?.ack();
  await consumer.close();
});

test("what isn't due, held back, running or over is not queued", async () => {
  const jobs = backplane.mongo.collection("jobs");
  await insert();
  await jobs.updateMany({}, { $set: { availableAt: new Date(Date.now() + 60_000) } });
  const held = await insert();
  await jobs.updateMany({ availableAt: { $lt: new Date() } }, { $set: { admitted: false } });
  await run(held, 1, { workerId: "w", epoch: 1 });
  const cancelled = await insert();
  await backplane.jobs.requestCancel(cancelled, "local");
  await backplane.jobs.settle();
  await emptyRedis();
  expect(await reconciler.enqueueMissing()).toBe(0);
});

test("a backlog longer than a batch is walked to its end", async () => {
  const jobs = Array.from({ length: 620 }, () => newJob());
  await inPortions(jobs, (job) => backplane.jobs.insert(job));
  await backplane.jobs.settle();
  await emptyRedis();
  const rounds = [await reconciler.enqueueMissing(), await reconciler.enqueueMissing()];
  expect(rounds).toEqual([500, 120]);
  expect(await backplane.queue.counts("default")).toEqual({ waiting: 620, active: 0 });

  const dead = { workerId: "gone", epoch: 1 };
  await inPortions(jobs, ({ id }) => backplane.jobs.claim({ id, attempt: 1 }, dead, "t"));
  expect(await reconciler.expireLost()).toBe(620);
  expect(await reconciler.expireLost()).toBe(0);
});

test.each(["never registered", "retired", "has begun a newer life"])(
  "the job of a worker that %s runs again",
  async (fate) => {
    const id = await insert();
    let life: Claimant = { workerId: `dead-${fate}`, epoch: 1 };
    if (fate !== "never registered") life = await backplane.workers.register(life.workerId, OFFER);
    await run(id, 1, life);
    if (fate === "retired") await backplane.workers.retire(life);
    if (fate === "has begun a newer life") await backplane.workers.register(life.workerId, OFFER);

    expect(await reconciler.expireLost()).toBe(1);
    await backplane.jobs.settle();
    expect(await stored(id)).toMatchObject({ status: "PENDING", attempt: 1, faults: 1 });
    expect(await isQueued(id, 2)).toBe(true);
    expect(await reconciler.expireLost()).toBe(0);
  },
);

test("the job of a living worker is left alone, unless it should have ended long ago", async () => {
  const life = await backplane.workers.register("alive", OFFER);
  const id = await insert();
  await run(id, 1, life);
  expect(await reconciler.expireLost()).toBe(0);
  expect(await stored(id)).toMatchObject({ status: "RUNNING", workerId: "alive", faults: 0 });

  const longAgo = new Date(Date.now() - 31_000);
  await backplane.mongo.collection("jobs").updateMany({}, { $set: { deadline: longAgo } });
  expect(await reconciler.expireLost()).toBe(1);
  expect(await stored(id)).toMatchObject({ status: "PENDING", faults: 1 });
});

test("a job that kills worker after worker is given up after five", async () => {
  const id = await insert();
  const own = createReconciler({ ...backplane, ...OWN, random: { fraction: () => 0.5 } });
  const pausesMs: number[] = [];
  for (let attempt = 1; attempt <= 5; attempt += 1) {
    expect(await stored(id)).toMatchObject({ status: "PENDING", faults: attempt - 1 });
    await run(id, attempt, { workerId: "dead", epoch: attempt });
    const before = Date.now();
    expect(await own.expireLost()).toBe(1);
    pausesMs.push(Date.parse((await stored(id)).availableAt ?? "") - before);
    await backplane.mongo.collection("jobs").updateMany({}, { $set: { availableAt: new Date(before) } });
  }
  // None after the first, then half of 2, 4 and 8 s; the last one isn't waited for.
  const seconds = pausesMs.slice(0, 4).map((ms) => Math.round(ms / 500) / 2);
  expect(seconds).toEqual([0, 1, 2, 4]);
  await backplane.jobs.settle();
  expect(await stored(id)).toMatchObject({
    status: "FAILED",
    exit: { reason: "WORKER_LOST" },
    faults: 5,
    error: expect.stringMatching(/worker/i),
    completedAt: expect.any(String),
  });
  expect(await isQueued(id, 6)).toBe(false);
});

test("a job that was to be cancelled when its worker died is cancelled", async () => {
  const id = await insert();
  await run(id, 1, { workerId: "dead", epoch: 1 });
  expect(await backplane.jobs.requestCancel(id, "local")).toMatchObject({ outcome: "requested" });
  expect(await reconciler.expireLost()).toBe(1);
  await backplane.jobs.settle();
  expect(await stored(id)).toMatchObject({ status: "CANCELLED", exit: { reason: "CANCELLED" } });
  expect(await isQueued(id, 2)).toBe(false);
});

test("a pause that Redis forgot is shown again", async () => {
  await backplane.pools.setPaused("default", true);
  await reconciler.mirrorPauses();
  const mirror = `${backplane.redisPrefix}:jobs:pool-paused`;
  expect(await backplane.redis.scard(mirror)).toBe(1);
  await emptyRedis();
  await reconciler.mirrorPauses();
  expect(await backplane.redis.scard(mirror)).toBe(1);
  await backplane.pools.setPaused("default", false);
  await reconciler.mirrorPauses();
  expect(await backplane.redis.exists(mirror)).toBe(0);
});

test("what ended long ago is deleted; dead letters, and what hasn't ended, stay", async () => {
  const [old, dead, recent, pending] = [await insert(), await insert(), await insert(), await insert()];
  for (const id of [old, dead, recent]) await backplane.jobs.requestCancel(id, "local");
  const jobs = backplane.mongo.collection("jobs");
  const set = (id: string, fields: object) => jobs.updateOne({ _id: documentId(id) }, { $set: fields });
  const longAgo = new Date(Date.now() - 31 * DAY_MS);
  await set(old, { completedAt: longAgo });
  await set(dead, { completedAt: longAgo, deadLetter: true });
  await set(recent, { completedAt: new Date(Date.now() - 29 * DAY_MS) });
  await set(pending, { createdAt: longAgo });
  expect(await reconciler.purgeOld()).toBe(1);
  expect(await reconciler.purgeOld()).toBe(0);
  const left = await Promise.all([old, dead, recent, pending].map((id) => backplane.jobs.find(id, "local")));
  expect(left.map((job) => job?.id)).toEqual([undefined, dead, recent, pending]);
  const forEver = createReconciler({ ...backplane, ...OWN, retentionMs: undefined });
  await set(recent, { completedAt: longAgo });
  expect(await forEver.purgeOld()).toBe(0);
});

test("one that doesn't lead does nothing", async () => {
  const lost = await insert();
  await emptyRedis();
  const follower = createReconciler({ ...backplane, ...OWN, leads: () => false });
  follower.start();
  await systemClock.sleep(1_500);
  await follower.stop();
  expect(await isQueued(lost, 1)).toBe(false);
});

test("started, it does both by itself, and its end is prompt", async () => {
  const own = createReconciler({ ...backplane, ...OWN });
  const [lost, running] = [await insert(), await insert()];
  await run(running, 1, { workerId: "dead", epoch: 1 });
  await emptyRedis();
  own.start();
  try {
    await expect.poll(() => isQueued(lost, 1), { timeout: 5_000 }).toBe(true);
    await expect.poll(() => isQueued(running, 2), { timeout: 5_000 }).toBe(true);
  } finally {
    const before = performance.now();
    await own.stop();
    expect(performance.now() - before).toBeLessThan(1_000);
  }
});
