import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { systemRandom } from "../ports/index.ts";
import type { JobConsumer, QueueEntry } from "../ports/index.ts";
import { connectRedisPatiently } from "../redis/connection.ts";
import { openTcpLink, openTestBackplane, silentLogger } from "../testing/index.ts";
import type { TcpLink, TestBackplane } from "../testing/index.ts";
import { createJobConsumer } from "./job-consumer.ts";

let backplane: TestBackplane;
let link: TcpLink;
let consumer: JobConsumer;
beforeEach(async () => {
  backplane = await openTestBackplane();
  link = await openTcpLink(backplane.redisUrl);
  const redis = connectRedisPatiently(link.via(backplane.redisUrl), "test", silentLogger);
  const prefix = backplane.redisPrefix;
  consumer = createJobConsumer({ redis, prefix, pool: "default", random: systemRandom, logger: silentLogger });
  expect(await consumer.next()).toBeNull();
  return () => redis.disconnect();
});
afterEach(async () => {
  link.cut();
  await backplane.close();
});

test("a read that was told to end doesn't wait for a Redis that is away, and neither does the close", async () => {
  const stopping = new AbortController();
  const reading = consumer.next(stopping.signal);
  link.cut();
  await sleep(200);
  stopping.abort();
  const ended = reading.then(
    () => "ended",
    () => "ended",
  );
  expect(await Promise.race([ended, sleep(5_000, "still reading")])).toBe("ended");
  expect(await Promise.race([consumer.close().then(() => "closed"), sleep(4_000, "still closing")])).toBe("closed");
});

test("an entry that comes after its reader went goes back to the queue", async () => {
  link.hold();
  const stopping = new AbortController();
  const reading = consumer.next(stopping.signal);
  const attempt = { id: systemRandom.hex(12), attempt: 1 };
  await backplane.queue.enqueue({ ...attempt, pool: "default", priority: 4 });
  stopping.abort();
  expect(await reading).toBeNull();
  link.resume();
  const next = backplane.openConsumer("default");
  let taken: QueueEntry | null = null;
  await expect.poll(async () => (taken ??= await next.next())?.attempt, { timeout: 10_000 }).toEqual(attempt);
  await (taken as QueueEntry | null)?.ack();
  await consumer.close();
  await next.close();
});
