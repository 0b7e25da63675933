import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { systemRandom } from "../ports/index.ts";
import type { JobConsumer, QueueEntry } from "../ports/index.ts";
import { connectRedisPatiently } from "../redis/connection.ts";
import { openTcpProxy, openTestBackplane, silentLogger } from "../testing/index.ts";
import type { TcpProxy, TestBackplane } from "../testing/index.ts";
import { createJobConsumer } from "./job-consumer.ts";

let backplane: TestBackplane;
let proxy: TcpProxy;
let consumer: JobConsumer;
beforeEach(async () => {
  backplane = await openTestBackplane();
  proxy = await openTcpProxy(backplane.redisUrl);
  const redis = connectRedisPatiently(proxy.via(backplane.redisUrl), "test", silentLogger);
  const prefix = backplane.redisPrefix;
  consumer = createJobConsumer({ redis, prefix, pool: "default", random: systemRandom, logger: silentLogger });
  expect(await consumer.next()).toBeNull();
  return () => redis.disconnect();
});
afterEach(async () => {
  await proxy.cut();
  await backplane.close();
});

test("a read that was told to end doesn't wait for a Redis that is away, and neither does the close", async () => {
  const stopping = new AbortController();
  const reading = consumer.next(stopping.signal);
  await proxy.cut();
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
  proxy.freeze();
  const stopping = new AbortController();
  const reading = consumer.next(stopping.signal);
  const attempt = { id: systemRandom.hex(12), attempt: 1 };
  await backplane.queue.enqueue({ ...attempt, pool: "default", priority: 4 });
  stopping.abort();
  expect(await reading).toBeNull();
  await proxy.restore();
  const next = backplane.openConsumer("default");
  let taken: QueueEntry | null = null;
  await expect.poll(async () => (taken ??= await next.next())?.attempt, { timeout: 10_000 }).toEqual(attempt);
  await (taken as QueueEntry | null)?.ack();
  await consumer.close();
  await next.close();
});
