import { createManualClock, silentLogger } from "@lambda-lite/backplane/testing";
import type { ManualClock } from "@lambda-lite/backplane/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SandboxUnavailable } from "../ports/sandbox.ts";
import type { FaultOf, PoolKey, Sandbox } from "../ports/sandbox.ts";
import { createFaultFinder } from "./fault-finder.ts";
import { createRush } from "./rush.ts";
import { createWarmPool } from "./warm-pool.ts";
import type { WarmPool, WarmPoolOptions } from "./warm-pool.ts";

const KEY: PoolKey = { runtime: "javascript", isolation: "container", memoryMb: 512, cpus: 1, pids: 64 };
const OTHER: PoolKey = { ...KEY, memoryMb: 1_024 };
const never = new AbortController().signal;

/** A sandbox that only knows what became of it; real ones have their tests on a real engine. */
interface Fake extends Sandbox {
  key: PoolKey;
  disposed: boolean;
  /** Given to a job. */
  taken: boolean;
  die(): void;
}

let clock: ManualClock;
let made: Fake[];
let taken: boolean[];
let failing: boolean;
/** Memory from which on the engine refuses, in MB. */
let refusedFromMb: number;
let refusals: number;
let trials: number;
let faults: FaultOf[];
let onTrial: () => unknown;
let fillable: boolean;
/** While set, preparing waits for it. */
let slow: Promise<void> | undefined;
/** While set, a removal waits for it. */
let removal: Promise<void> | undefined;
let pool: WarmPool;

/** The engine. */
async function prepare(key: PoolKey): Promise<Sandbox> {
  await slow;
  if (failing) throw new Error("engine gone");
  if (key.memoryMb >= refusedFromMb) {
    refusals += 1;
    // As an engine that is asked without end would be, and a test would not end.
    if (refusals > 100) throw new Error("asked in a loop");
    throw new SandboxUnavailable("too much");
  }
  const ended = Promise.withResolvers<void>();
  const fake: Fake = {
    key,
    disposed: false,
    taken: false,
    ended: ended.promise,
    die: ended.resolve,
    run: () => Promise.reject(new Error("not run here")),
    async dispose() {
      fake.disposed = true;
      await removal;
    },
  };
  made.push(fake);
  return fake;
}

function open(options: Partial<WarmPoolOptions> = {}): WarmPool {
  pool = createWarmPool({
    cold: createFaultFinder({
      sandboxes: { prepare },
      usual: KEY,
      engineIsWell: async () => {
        trials += 1;
        onTrial();
        return !failing && KEY.memoryMb < refusedFromMb;
      },
      onUnavailable: ({ faultOf }) => faults.push(faultOf),
      clock,
    }),
    usual: KEY,
    min: 2,
    max: 4,
    memoryMb: 2_048,
    maxAgeMs: 60_000,
    mayFill: () => fillable,
    onTaken: (warm) => taken.push(warm),
    rush: createRush(clock),
    clock,
    logger: silentLogger,
    ...options,
  });
  return pool;
}
/** One job of this class, cold or warm. */
async function run(key: PoolKey): Promise<Fake> {
  const prepared = pool.prepare(key, never);
  await clock.advance(60);
  const fake = (await prepared) as Fake;
  fake.taken = true;
  return fake;
}
const waitingOf = ({ memoryMb }: PoolKey) =>
  made.filter(({ key, disposed, taken: isTaken }) => key.memoryMb === memoryMb && !disposed && !isTaken).length;
const left = () => made.filter(({ disposed }) => !disposed).length;

beforeEach(() => {
  clock = createManualClock();
  made = [];
  taken = [];
  failing = false;
  refusedFromMb = Infinity;
  refusals = 0;
  trials = 0;
  faults = [];
  onTrial = () => undefined;
  fillable = true;
  slow = undefined;
  removal = undefined;
});
afterEach(() => pool.stop());

test("what waits is given away once, oldest first, and replaced when the job had its time", async () => {
  open().start();
  await clock.advance(0);
  expect(pool.waiting()).toBe(2);
  const [first] = made;
  expect(await pool.prepare(KEY, never)).toBe(first);
  expect(pool.waiting()).toBe(1);
  await clock.advance(100);
  expect(made).toHaveLength(2);
  await clock.advance(100);
  expect(pool.waiting()).toBe(2);
  expect(made).toHaveLength(3);
  expect(taken).toEqual([true]);
  expect(first?.disposed).toBe(false);
});

test("a job of other limits starts cold, and so does one that finds none waiting", async () => {
  open({ min: 1 }).start();
  await clock.advance(0);
  expect(((await pool.prepare(OTHER, never)) as Fake).key).toEqual(OTHER);
  await pool.prepare(KEY, never);
  const cold = pool.prepare(KEY, never);
  await clock.advance(60);
  await cold;
  expect(taken).toEqual([false, true, false]);
});

test("in a burst the waiting ones' jobs come first: a cold start waits a moment, and no longer", async () => {
  open({ min: 3 }).start();
  await clock.advance(1_000);
  await pool.prepare(KEY, never);
  const ready: string[] = [];
  const cold = pool.prepare(OTHER, never).then(() => ready.push("cold"));
  for (const moment of [40, 80]) {
    await clock.advance(40);
    await pool.prepare(KEY, never).then(() => ready.push(`warm ${moment}`));
  }
  await clock.advance(50);
  expect(ready).toEqual(["warm 40", "warm 80"]);
  // The last one was taken 70 ms ago.
  await clock.advance(20);
  await cold;
  expect(ready).toEqual(["warm 40", "warm 80", "cold"]);
});

test("takes without a pause don't keep a cold start waiting for ever", async () => {
  open({ min: 4 }).start();
  await clock.advance(2_000);
  let isReady = false;
  await pool.prepare(KEY, never);
  const cold = pool.prepare(OTHER, never).then(() => (isReady = true));
  for (let n = 0; n < 3; n += 1) {
    await clock.advance(45);
    await pool.prepare(KEY, never);
  }
  expect(isReady).toBe(false);
  await clock.advance(20);
  await cold;
});

test("as many wait as the arrival rate lets expect, between the least and the most", async () => {
  open().start();
  for (let second = 0; second < 10; second += 1) {
    const two = [pool.prepare(KEY, never), pool.prepare(KEY, never)];
    await clock.advance(1_000);
    await Promise.all(two);
  }
  // Two a second, two seconds ahead.
  expect(pool.waiting()).toBe(4);
  await clock.advance(1_000);
  const many = Array.from({ length: 40 }, () => pool.prepare(KEY, never));
  await clock.advance(2_000);
  await Promise.all(many);
  expect(pool.waiting()).toBe(4);
  await clock.advance(60_000);
  expect(pool.waiting()).toBe(2);
});

describe("a job of other limits", () => {
  test("finds a sandbox of its own class waiting when its like came twice within a minute", async () => {
    open().start();
    await clock.advance(0);
    await run(OTHER);
    await clock.advance(50_000);
    expect(waitingOf(OTHER)).toBe(0);
    await run(OTHER);
    await clock.advance(1_000);
    expect([waitingOf(KEY), waitingOf(OTHER)]).toEqual([2, 1]);
    taken = [];
    expect((await run(OTHER)).key).toEqual(OTHER);
    expect(taken).toEqual([true]);
  });
  test("never gets one of another class, however much fits in there", async () => {
    open({ min: 4 }).start();
    await clock.advance(2_000);
    const small = { ...KEY, cpus: 0.5 };
    for (let n = 0; n < 3; n += 1) expect((await run(small)).key).toEqual(small);
    expect(taken).toEqual([false, false, false]);
  });
  test("keeps nobody from the usual class's least, and makes room only within the budget", async () => {
    open({ min: 3 }).start();
    await clock.advance(1_000);
    // 3 × 512 MB of 2,048 are promised: no second of 1,024 MB fits beside.
    for (let n = 0; n < 4; n += 1) await run(OTHER);
    await clock.advance(2_000);
    expect([waitingOf(KEY), waitingOf(OTHER)]).toEqual([3, 0]);
  });
  test("takes the place of what the usual class has beyond its share", async () => {
    open({ min: 1 }).start();
    for (let n = 0; n < 20; n += 1) await run(KEY);
    await clock.advance(2_000);
    expect(waitingOf(KEY)).toBe(4);
    await clock.advance(20_000);
    expect(waitingOf(KEY)).toBe(4);
    for (let n = 0; n < 2; n += 1) await run(OTHER);
    await clock.advance(2_000);
    expect([waitingOf(KEY), waitingOf(OTHER)]).toEqual([2, 1]);
  });
  test("which can't be had isn't prepared ahead, and costs the others nothing", async () => {
    refusedFromMb = OTHER.memoryMb;
    open().start();
    for (let n = 0; n < 3; n += 1) {
      const prepared = pool.prepare(OTHER, never).catch((error: Error) => error);
      await clock.advance(1_000);
      expect(await prepared).toMatchObject({ name: "SandboxUnavailable", faultOf: "class" });
    }
    // Each is tried again after the usual one could be made.
    expect([refusals, trials]).toEqual([6, 3]);
    expect(faults).toEqual(["class", "class", "class"]);
    expect(waitingOf(KEY)).toBe(2);
  });
  test("which couldn't be had for a while is prepared ahead again after the first that could", async () => {
    refusedFromMb = OTHER.memoryMb;
    open().start();
    const refused = pool.prepare(OTHER, never).catch(() => undefined);
    await clock.advance(1_000);
    await refused;
    refusedFromMb = Infinity;
    await run(OTHER);
    await clock.advance(1_000);
    expect(waitingOf(OTHER)).toBe(1);
  });
  test("isn't blamed when it can be had after all", async () => {
    open().start();
    await clock.advance(0);
    refusedFromMb = OTHER.memoryMb;
    onTrial = () => (refusedFromMb = Infinity);
    expect((await run(OTHER)).key).toEqual(OTHER);
    expect([refusals, trials, faults]).toEqual([1, 1, []]);
  });
  test("isn't blamed when the usual one can't be had either", async () => {
    open().start();
    await clock.advance(0);
    failing = true;
    const prepared = pool.prepare(OTHER, never).catch((error: Error) => error);
    await clock.advance(1_000);
    expect(await prepared).toMatchObject({ message: "engine gone", faultOf: "engine" });
    expect([trials, faults[0]]).toEqual([1, "engine"]);
  });
  test("that is cancelled meanwhile is nobody's fault", async () => {
    open().start();
    await clock.advance(0);
    const cancel = new AbortController();
    failing = true;
    const prepared = pool.prepare(OTHER, cancel.signal).catch((error: Error) => error);
    cancel.abort("cancelled");
    expect(await prepared).toBeInstanceOf(Error);
    expect([trials, faults]).toEqual([0, []]);
  });
  test("is forgotten with its sandboxes", async () => {
    open().start();
    for (let n = 0; n < 2; n += 1) await run(OTHER);
    await clock.advance(1_000);
    expect(waitingOf(OTHER)).toBe(1);
    await clock.advance(63_000);
    expect([waitingOf(KEY), waitingOf(OTHER)]).toEqual([2, 0]);
  });
});

describe("is not handed out", () => {
  test("one that died while it waited", async () => {
    open().start();
    await clock.advance(0);
    const [first, second] = made;
    first?.die();
    await clock.advance(0);
    expect(first?.disposed).toBe(true);
    expect(await pool.prepare(KEY, never)).toBe(second);
  });
  test("one that waited too long", async () => {
    open().start();
    await clock.advance(0);
    const old = [...made];
    await clock.advance(62_000);
    expect(old.map(({ disposed }) => disposed)).toEqual([true, true]);
    expect(pool.waiting()).toBe(2);
    expect(old).not.toContain(await pool.prepare(KEY, never));
  });
  test("one of an earlier life, even if it was still being prepared", async () => {
    const started = Promise.withResolvers<void>();
    slow = started.promise;
    open().start();
    await clock.advance(0);
    pool.drop();
    slow = undefined;
    started.resolve();
    await clock.advance(0);
    expect(made.slice(0, 2).map(({ disposed }) => disposed)).toEqual([true, true]);
    expect(pool.waiting()).toBe(2);
  });
});

test("while a job's cold start runs nothing is refilled", async () => {
  open().start();
  await clock.advance(0);
  const started = Promise.withResolvers<void>();
  slow = started.promise;
  const cold = pool.prepare(OTHER, never);
  await pool.prepare(KEY, never);
  await clock.advance(4_000);
  expect(pool.waiting()).toBe(1);
  started.resolve();
  slow = undefined;
  await cold;
  await clock.advance(200);
  expect(pool.waiting()).toBe(2);
});

test("cold starts without a pause don't keep it empty: it fills one by one", async () => {
  open().start();
  await clock.advance(0);
  const started = Promise.withResolvers<void>();
  slow = started.promise;
  const cold = pool.prepare(OTHER, never);
  // It waits for what the test holds back, and the refill doesn't.
  await clock.advance(100);
  slow = undefined;
  await pool.prepare(KEY, never);
  await pool.prepare(KEY, never);
  await clock.advance(4_000);
  expect(pool.waiting()).toBe(0);
  await clock.advance(2_000);
  expect(pool.waiting()).toBe(1);
  await clock.advance(6_000);
  expect(pool.waiting()).toBe(2);
  started.resolve();
  await cold;
});

test("what is on its way out still counts: no more exist at once than may", async () => {
  open({ min: 4 }).start();
  await clock.advance(2_000);
  const removed = Promise.withResolvers<void>();
  removal = removed.promise;
  pool.drop();
  await clock.advance(2_000);
  expect(made).toHaveLength(4);
  removed.resolve();
  await clock.advance(2_000);
  expect(waitingOf(KEY)).toBe(4);
});

test("an old one goes when the last one's place is filled, or when it is too old", async () => {
  open({ min: 3, max: 3 }).start();
  await clock.advance(60_000);
  const started = Promise.withResolvers<void>();
  slow = started.promise;
  await clock.advance(40_000);
  expect(pool.waiting()).toBe(2);
  await clock.advance(30_000);
  expect(pool.waiting()).toBe(0);
  started.resolve();
  slow = undefined;
  await clock.advance(2_000);
  expect(pool.waiting()).toBe(3);
});

test("what waits too long is replaced one by one: it is never empty for that", async () => {
  open({ min: 3, max: 3 }).start();
  await clock.advance(60_000);
  const waiting: number[] = [];
  for (let second = 0; second < 10; second += 1) {
    await clock.advance(1_000);
    waiting.push(pool.waiting());
  }
  expect(Math.min(...waiting)).toBeGreaterThanOrEqual(2);
  expect(made).toHaveLength(6);
});

test("an engine that fails is left alone for a while, and not asked while it may not be", async () => {
  failing = true;
  open().start();
  await clock.advance(4_000);
  expect(pool.waiting()).toBe(0);
  failing = false;
  await clock.advance(2_000);
  expect(pool.waiting()).toBe(2);
  fillable = false;
  await pool.prepare(KEY, never);
  await clock.advance(5_000);
  expect(pool.waiting()).toBe(1);
});

test("an engine that refuses even the usual sandbox isn't asked in a loop", async () => {
  refusedFromMb = KEY.memoryMb;
  open().start();
  await clock.advance(14_000);
  // Two at once, every five seconds.
  expect(faults).toEqual(Array.from({ length: 6 }, () => "engine"));
});

test("nothing is left at the end, not even what was being prepared", async () => {
  open().start();
  await clock.advance(0);
  const started = Promise.withResolvers<void>();
  slow = started.promise;
  await pool.prepare(KEY, never);
  await clock.advance(200);
  const stopped = pool.stop();
  started.resolve();
  await stopped;
  // The one that was taken is its taker's.
  expect(left()).toBe(1);
  expect(pool.waiting()).toBe(0);
});
