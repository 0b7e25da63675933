import type { JobLogs, LogEntry } from "@lambda-lite/backplane/ports";
import { createManualClock, openTestBackplane, silentLogger } from "@lambda-lite/backplane/testing";
import type { TestBackplane } from "@lambda-lite/backplane/testing";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";

import { createJobEnds } from "./job-ends.ts";
import { createLogFeeds } from "./log-feed.ts";
import type { LogFeed } from "./log-feed.ts";

const CHECK_MS = 5_000;
const BEGINNING = { attempt: 0, offset: 0 };

let backplane: TestBackplane;
let clock = createManualClock();
let ends: ReturnType<typeof createJobEnds>;
let job = "";
/** Texts that Redis tells, and this process doesn't hear. */
let unheard: string[] = [];
/** Redis doesn't answer. */
let isAway = false;
let reads = 0;
let listeners = 0;
let feeds: ReturnType<typeof createLogFeeds>;
let left: Array<() => void> = [];

beforeAll(async () => void (backplane = await openTestBackplane()));
afterAll(() => backplane.close());
beforeEach(() => {
  clock = createManualClock();
  [unheard, isAway, reads, listeners, left] = [[], false, 0, 0, []];
  job = Math.random().toString(16).slice(2).padEnd(24, "0");
  ends = createJobEnds({ events: backplane.events, jobs: backplane.jobs, clock, logger: silentLogger });
  const logs: JobLogs = {
    ...backplane.logs,
    async read(...call) {
      reads += 1;
      if (isAway) throw new Error("Redis is away");
      return backplane.logs.read(...call);
    },
    follow(jobId, listener) {
      listeners += 1;
      const stop = backplane.logs.follow(jobId, (entries) => {
        if (!entries.some(({ text }) => unheard.includes(text))) listener(entries);
      });
      return () => {
        listeners -= 1;
        stop();
      };
    },
  };
  feeds = createLogFeeds({ logs, ends, clock });
});
afterEach(async () => {
  for (const leave of left) leave();
  await ends.stop();
});

function join(): LogFeed {
  const { feed, leave } = feeds.join(job);
  left.push(leave);
  return feed;
}
/** What is printed ends there. */
const print = (offset: number, text: string) =>
  backplane.logs.append(job, [{ end: { attempt: 1, offset }, stream: "stdout", text }]);
const texts = (entries: LogEntry[]) => entries.map(({ text }) => text);
/** Subscribing takes a moment. */
const subscribed = () =>
  vi.waitFor(async () => {
    const channel = `${backplane.redisPrefix}:job-logs:${job}`;
    expect(await backplane.redis.pubsub("NUMSUB", channel)).toEqual([channel, 1]);
  });
/** Once there is something behind that place. */
const behind = (feed: LogFeed, offset: number) =>
  vi.waitFor(async () => {
    const found = texts(await feed.read({ attempt: 1, offset }));
    expect(found).not.toEqual([]);
    return found;
  });

test("what was told before is read once for all who come at once, what is told live not at all", async () => {
  await print(3, "one");
  const all = Array.from({ length: 20 }, join);
  expect((await Promise.all(all.map((feed) => feed.read(BEGINNING)))).map(texts)).toEqual(all.map(() => ["one"]));
  expect([reads, listeners]).toEqual([1, 1]);
  const changes = all.map((feed) => feed.change());
  await subscribed();
  await print(6, "two");
  await Promise.all(changes);
  for (const feed of all) expect(texts(await feed.read({ attempt: 1, offset: 3 }))).toEqual(["two"]);
  expect(reads).toBe(1);
});

test("what was told and not heard is found by looking now and then", async () => {
  const feed = join();
  await print(3, "one");
  expect(await behind(feed, 0)).toEqual(["one"]);
  unheard = ["two"];
  await print(6, "two");
  expect(await feed.read({ attempt: 1, offset: 3 })).toEqual([]);
  const change = feed.change();
  // In the first round something was heard.
  await clock.advance(2 * CHECK_MS);
  await change;
  expect(texts(await feed.read({ attempt: 1, offset: 3 }))).toEqual(["two"]);
});

test("a piece that wasn't heard is read again when the next one leaves a hole", async () => {
  const feed = join();
  await print(3, "one");
  expect(await behind(feed, 0)).toEqual(["one"]);
  unheard = ["two"];
  await print(6, "two");
  const change = feed.change();
  await print(11, "three");
  await change;
  expect(texts(await feed.read({ attempt: 1, offset: 3 }))).toEqual(["two", "three"]);
});

test("while Redis doesn't answer nothing is taken for lost; what it has lost isn't waited for", async () => {
  const feed = join();
  expect(await feed.read(BEGINNING)).toEqual([]);
  const change = feed.change();
  await subscribed();
  unheard = ["one"];
  await print(3, "one");
  isAway = true;
  await print(6, "two");
  await change;
  expect(await feed.read(BEGINNING)).toEqual([]);
  isAway = false;
  expect(texts(await feed.read(BEGINNING))).toEqual(["one", "two"]);
  await backplane.redis.del(`${backplane.redisPrefix}:job-logs:${job}`);
  expect(texts(await feed.read(BEGINNING))).toEqual(["two"]);
  // Then the store has the whole.
  await ends.stop();
  expect(await feed.read(BEGINNING)).toEqual([]);
});

test("what Redis had while it didn't answer is found when it does", async () => {
  await print(3, "one");
  isAway = true;
  const feed = join();
  expect(await feed.read(BEGINNING)).toEqual([]);
  isAway = false;
  const change = feed.change();
  await clock.advance(CHECK_MS);
  await change;
  expect(texts(await feed.read(BEGINNING))).toEqual(["one"]);
});

test("a follower who says he's far ahead takes nothing from the others", async () => {
  const feed = join();
  expect(await feed.read({ attempt: 1, offset: 1_000_000 })).toEqual([]);
  const change = feed.change();
  await subscribed();
  await print(3, "one");
  await change;
  reads = 0;
  expect(texts(await feed.read({ attempt: 1, offset: 0 }))).toEqual(["one"]);
  // From what is here, not from Redis.
  expect(reads).toBe(0);
  expect(await feed.read({ attempt: 1, offset: 1_000_000 })).toEqual([]);
});

test("ends for all with the job's end; whoever leaves wakes, and the last takes the subscription along", async () => {
  const [first, second] = [join(), join()];
  const [leaveFirst, leaveSecond] = left as [() => void, () => void];
  const change = first.change();
  leaveFirst();
  leaveFirst();
  await change;
  expect(listeners).toBe(1);
  expect(second.end()).toBeUndefined();
  const ended = second.change();
  await ends.stop();
  await ended;
  expect(second.end()).toEqual({});
  leaveSecond();
  expect(listeners).toBe(0);
});
