import { systemRandom } from "../ports/index.ts";
import type { JobConsumer, QueueEntry } from "../ports/index.ts";
import { openTestBackplane } from "../testing/index.ts";
import type { TestBackplane } from "../testing/index.ts";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { queuePriority } from "./queue-priority.ts";

let backplane: TestBackplane;
let consumer: JobConsumer;
beforeAll(async () => {
  backplane = await openTestBackplane();
  consumer = backplane.openConsumer("default");
});
afterAll(async () => {
  await consumer.close();
  await backplane.close();
});

async function take(): Promise<QueueEntry> {
  const entry = await consumer.next();
  expect(entry).not.toBeNull();
  return entry as QueueEntry;
}
const attempt = (overrides: object = {}) => ({
  id: systemRandom.hex(12),
  attempt: 1,
  pool: "default",
  priority: 4,
  ...overrides,
});

beforeEach(async () => {
  expect(await backplane.queue.counts("default")).toEqual({ waiting: 0, active: 0 });
});

test("an entry is queued once, taken, and gone after its ack", async () => {
  const one = attempt();
  await Promise.all([backplane.queue.enqueue(one), backplane.queue.enqueue(one)]);
  expect(await backplane.queue.counts("default")).toEqual({ waiting: 1, active: 0 });
  const entry = await take();
  expect(entry.attempt).toEqual({ id: one.id, attempt: 1 });
  await backplane.queue.enqueue(one);
  expect(await backplane.queue.counts("default")).toEqual({ waiting: 0, active: 1 });
  await entry.ack();
  expect(await backplane.queue.has([one])).toEqual([false]);
});

test("the next attempt of a job is another entry, even while the one before is still there", async () => {
  const one = attempt();
  await backplane.queue.enqueue(one);
  await backplane.queue.enqueue({ ...one, attempt: 2 });
  const taken = [await take(), await take()];
  expect(taken.map((entry) => entry.attempt.attempt)).toEqual([1, 2]);
  for (const entry of taken) await entry.ack();
});

test("only ids are in Redis", async () => {
  const one = attempt();
  await backplane.queue.enqueue(one);
  const data = await backplane.redis.hget(`${backplane.redisPrefix}:jobs:${one.id}-1`, "data");
  expect(JSON.parse(data ?? "")).toEqual({ id: one.id, attempt: 1 });
  await (await take()).ack();
});

test("urgent jobs overtake, equals keep their order", async () => {
  const jobs = [attempt(), attempt({ priority: 7 }), attempt(), attempt({ priority: 0 })];
  for (const job of jobs) await backplane.queue.enqueue(job);
  const order: string[] = [];
  for (let n = 0; n < jobs.length; n += 1) {
    const entry = await take();
    order.push(entry.attempt.id);
    await entry.ack();
  }
  expect(order).toEqual([3, 0, 2, 1].map((n) => jobs[n]?.id));
});

test("an entry that was put back is there for the next worker at once", async () => {
  const one = attempt();
  await backplane.queue.enqueue(one);
  await (await take()).putBack();
  expect(await backplane.queue.counts("default")).toEqual({ waiting: 1, active: 0 });
  const again = await take();
  expect(again.attempt.id).toBe(one.id);
  await again.ack();
});

test("has() answers in order, over pools", async () => {
  const [a, b, c] = [attempt(), attempt({ pool: "gpu" }), attempt()];
  await backplane.queue.enqueue(a);
  await backplane.queue.enqueue(b);
  expect(await backplane.queue.has([c, b, a])).toEqual([false, true, true]);
  await backplane.queue.remove(a);
  await backplane.queue.remove(b);
  expect(await backplane.queue.has([a, b])).toEqual([false, false]);
});

test("priorities stay within BullMQ's range and are never zero", () => {
  expect(queuePriority(0)).toBeGreaterThan(0);
  expect(queuePriority(7)).toBeLessThanOrEqual(2 ** 21 - 1);
});

test("a read ends without an entry when nothing comes, and wakes when something does", async () => {
  expect(await consumer.next()).toBeNull();
  expect(await consumer.next()).toBeNull();
  const reading = take();
  const one = attempt();
  await backplane.queue.enqueue(one);
  const entry = await reading;
  expect(entry.attempt.id).toBe(one.id);
  await entry.ack();
});
