import { systemClock } from "@lambda-lite/backplane/ports";
import type { JobLogs } from "@lambda-lite/backplane/ports";
import { openTestBackplane, silentLogger } from "@lambda-lite/backplane/testing";
import type { TestBackplane } from "@lambda-lite/backplane/testing";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createLiveLog } from "./live-log.ts";

let backplane: TestBackplane;
beforeAll(async () => void (backplane = await openTestBackplane()));
afterAll(() => backplane.close());

let lastJob = 0;
const newId = () => (++lastJob).toString(16).padStart(24, "0");
const start = (jobId: string, { logs = backplane.logs, attempt = 1 }: { logs?: JobLogs; attempt?: number } = {}) =>
  createLiveLog({ jobId, attempt, logs, clock: systemClock, logger: silentLogger });
const told = (jobId: string) => backplane.logs.read(jobId, { attempt: 0, offset: 0 }, 1_000);
const text = async (jobId: string) => (await told(jobId)).map((entry) => entry.text).join("");

test("is told in order, streams apart, in few pieces", async () => {
  const id = newId();
  const log = start(id);
  for (let n = 0; n < 500; n += 1) log.push({ stream: "stdout", text: `${n}\n` });
  log.push({ stream: "stderr", text: "oh\n" });
  await vi.waitFor(async () => expect(await told(id)).toHaveLength(2));
  const [out, err] = await told(id);
  expect(out!.text).toBe(Array.from({ length: 500 }, (_, n) => `${n}\n`).join(""));
  expect(err).toEqual({ end: { attempt: 1, offset: out!.text.length + 3 }, stream: "stderr", text: "oh\n" });
  log.end();
});

test("of a job that is over at once nothing is told", async () => {
  const id = newId();
  const log = start(id);
  log.push({ stream: "stdout", text: "quick" });
  log.end();
  await systemClock.sleep(100);
  expect(await told(id)).toEqual([]);
});

test("a megabyte comes whole, no character cut in two", async () => {
  const id = newId();
  const log = start(id);
  const whole = "a😀".repeat(350_000);
  log.push({ stream: "stdout", text: whole });
  await vi.waitFor(async () => expect((await text(id)).length).toBe(whole.length));
  expect(await text(id)).toBe(whole);
  log.end();
});

test("after a loss it is told again from where Redis has it", async () => {
  const id = newId();
  let away = false;
  const append: JobLogs["append"] = async (...call) => {
    if (away) throw new Error("Redis is away");
    return backplane.logs.append(...call);
  };
  const log = start(id, { logs: { ...backplane.logs, append } });
  log.push({ stream: "stdout", text: "one " });
  await vi.waitFor(async () => expect(await text(id)).toBe("one "));
  away = true;
  log.push({ stream: "stdout", text: "two " });
  await systemClock.sleep(150);
  // It comes back empty.
  await backplane.redis.del(`${backplane.redisPrefix}:job-logs:${id}`);
  away = false;
  log.push({ stream: "stdout", text: "three" });
  await vi.waitFor(async () => expect(await text(id)).toBe("one two three"), { timeout: 5_000 });
  log.end();
});

test("what was told expires soon after the end, also when its answer was lost", async () => {
  const id = newId();
  const append: JobLogs["append"] = async (...call) => {
    await backplane.logs.append(...call);
    throw new Error("the answer was lost");
  };
  const log = start(id, { logs: { ...backplane.logs, append } });
  log.push({ stream: "stdout", text: "one" });
  await vi.waitFor(async () => expect(await text(id)).toBe("one"));
  log.end();
  const key = `${backplane.redisPrefix}:job-logs:${id}`;
  await vi.waitFor(async () => expect(await backplane.redis.ttl(key)).toBeLessThanOrEqual(5));
});

test("one that ends while it tells expires as well", async () => {
  const id = newId();
  const append: JobLogs["append"] = async (...call) => {
    log.end();
    await backplane.logs.append(...call);
  };
  const log = start(id, { logs: { ...backplane.logs, append } });
  log.push({ stream: "stdout", text: "one" });
  await vi.waitFor(async () => expect(await text(id)).toBe("one"));
  const key = `${backplane.redisPrefix}:job-logs:${id}`;
  await vi.waitFor(async () => expect(await backplane.redis.ttl(key)).toBeLessThanOrEqual(5));
});

test("whoever lost the job to another attempt is still", async () => {
  const id = newId();
  await backplane.logs.append(id, [{ end: { attempt: 2, offset: 3 }, stream: "stdout", text: "new" }]);
  const log = start(id);
  log.push({ stream: "stdout", text: "stale" });
  await systemClock.sleep(800);
  log.push({ stream: "stdout", text: "stale" });
  await systemClock.sleep(800);
  expect(await text(id)).toBe("new");
  log.end();
});
