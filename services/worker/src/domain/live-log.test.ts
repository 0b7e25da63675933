import { systemClock } from "@lambda-lite/backplane/ports";
import type { Clock, JobLogs, LogEntry } from "@lambda-lite/backplane/ports";
import { openTestBackplane, silentLogger } from "@lambda-lite/backplane/testing";
import type { TestBackplane } from "@lambda-lite/backplane/testing";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createLiveLog } from "./live-log.ts";

let backplane: TestBackplane;
beforeAll(async () => void (backplane = await openTestBackplane()));
afterAll(() => backplane.close());

let lastJob = 0;
const newId = () => (++lastJob).toString(16).padStart(24, "0");
const start = (jobId: string, given: { logs?: JobLogs; attempt?: number; clock?: Clock } = {}) =>
  createLiveLog({ jobId, attempt: 1, logs: backplane.logs, clock: systemClock, logger: silentLogger, ...given });
const told = (jobId: string) => backplane.logs.read(jobId, { attempt: 0, offset: 0 }, 10_000);
/** All that is waited for comes soon. */
const hastyClock: Clock = { ...systemClock, sleep: (ms, signal) => systemClock.sleep(Math.min(ms, 1), signal) };
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

const chunk = fc.record({
  stream: fc.constantFrom("stdout" as const, "stderr" as const),
  text: fc.oneof(
    fc.string({ unit: "binary", minLength: 1 }),
    fc.integer({ min: 1, max: 40_000 }).map((times) => "a😀".repeat(times)),
  ),
});
/** Each unit of the text with its stream. */
const units = (pieces: ReadonlyArray<Pick<LogEntry, "stream" | "text">>) => ({
  text: pieces.map((piece) => piece.text).join(""),
  streams: pieces.map(({ stream, text }) => (stream === "stderr" ? "e" : "o").repeat(text.length)).join(""),
});

test("whatever a loss takes, what is told in the end is the whole, streams and all", async () => {
  const chunks = fc.array(chunk, { minLength: 1, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(chunks, chunks, fc.nat(), async (before, after, kept) => {
      const id = newId();
      let away = false;
      const failed = Promise.withResolvers<void>();
      const append: JobLogs["append"] = async (...call) => {
        if (!away) return backplane.logs.append(...call);
        failed.resolve();
        throw new Error("Redis is away");
      };
      const log = start(id, { logs: { ...backplane.logs, append }, clock: hastyClock });
      const areTold = (pieces: typeof before) =>
        vi.waitFor(async () => expect(units(await told(id))).toEqual(units(pieces)), { interval: 5 });
      for (const piece of before) log.push(piece);
      await areTold(before);
      away = true;
      // It comes back with what it had some time ago.
      const had = await told(id);
      await backplane.redis.del(`${backplane.redisPrefix}:job-logs:${id}`);
      await backplane.logs.append(id, had.slice(0, kept % (had.length + 1)));
      for (const piece of after) log.push(piece);
      await failed.promise;
      away = false;
      await areTold([...before, ...after]);
      let offset = 0;
      for (const entry of await told(id)) {
        expect(entry.end).toEqual({ attempt: 1, offset: (offset += entry.text.length) });
        expect(entry.text.length).toBeLessThanOrEqual(64 * 1024);
        expect(entry.text.isWellFormed()).toBe(true);
      }
      log.end();
    }),
    { numRuns: 40 },
  );
});

const alternating = (length: number) =>
  Array.from({ length }, (_, n) => ({
    stream: n % 2 === 0 ? ("stdout" as const) : ("stderr" as const),
    text: String(n % 10),
  }));

test("a program that changes the stream with every character is told in many batches, also at its end", async () => {
  const id = newId();
  const sizes: number[] = [];
  const append: JobLogs["append"] = (jobId, entries) => {
    sizes.push(entries.length);
    return backplane.logs.append(jobId, entries);
  };
  const log = start(id, { logs: { ...backplane.logs, append } });
  const chunks = alternating(5_500);
  for (const piece of chunks) log.push(piece);
  await vi.waitFor(() => expect(sizes.length).toBeGreaterThan(0));
  log.end();
  await vi.waitFor(async () => expect(units(await told(id))).toEqual(units(chunks)));
  expect(Math.max(...sizes)).toBeLessThanOrEqual(1_000);
});

test("a long text is told a megabyte at a time", async () => {
  const id = newId();
  const lengths: number[] = [];
  const append: JobLogs["append"] = async (jobId, entries) => {
    lengths.push(units(entries).text.length);
    await backplane.logs.append(jobId, entries);
  };
  const log = start(id, { logs: { ...backplane.logs, append } });
  const whole = "0123456789".repeat(300_000);
  log.push({ stream: "stdout", text: whole });
  await vi.waitFor(async () => expect(await text(id)).toBe(whole));
  expect(Math.max(...lengths)).toBeLessThanOrEqual(1024 * 1024 + 64 * 1024);
  log.end();
});

test("what would take very many batches after the end is left to the outcome", async () => {
  const sizes: number[] = [];
  const expired = Promise.withResolvers<void>();
  const append: JobLogs["append"] = async (_, entries) => {
    sizes.push(entries.length);
    log.end();
  };
  const expire: JobLogs["expire"] = async () => expired.resolve();
  const log = start(newId(), { logs: { ...backplane.logs, append, expire } });
  for (const piece of alternating(30_000)) log.push(piece);
  await expired.promise;
  expect(sizes).toEqual(Array.from({ length: 21 }, () => 1_000));
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
