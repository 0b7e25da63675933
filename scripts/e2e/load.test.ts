import type { JobSummary } from "@lambda-lite/shared";
import { isTerminal } from "@lambda-lite/shared";
import { Redis } from "ioredis";
import { afterAll, beforeAll, expect, test } from "vitest";

import { isAllowedRedisKey } from "../lib/leak-check.ts";
import { startTestStack } from "./test-stack.ts";
import type { TestStack } from "./test-stack.ts";

const JOBS = 200;
let stack: TestStack;
let redis: Redis;
const events: JobSummary[] = [];

beforeAll(async () => {
  stack = await startTestStack({ workers: 2 });
  redis = new Redis(stack.redisUrl);
  const listener = redis.duplicate();
  await listener.subscribe(`${stack.redisPrefix}:job-events`);
  listener.on("message", (_channel, text) => events.push(JSON.parse(text) as JobSummary));
  redis.once("close", () => listener.disconnect());
});
afterAll(async () => {
  redis?.disconnect();
  await stack?.close();
});

test(
  "200 jobs at once through two workers: one terminal state each, nothing left behind",
  { timeout: 180_000 },
  async () => {
    const submitted = await Promise.all(
      Array.from({ length: JOBS }, (_, n) =>
        stack.submit({ code: "function main(n) { console.log(n); return n * 2; }", args: [n] }),
      ),
    );
    const finished = await Promise.all(submitted.map(({ id }) => stack.finished(id, 170_000)));
    finished.forEach((job, n) => {
      expect(job).toMatchObject({ status: "COMPLETED", result: n * 2, logs: `${n}\n`, attempt: 1 });
    });
    expect(new Set(finished.map(({ workerId }) => workerId)).size).toBe(2);

    // The last event may come a moment after the state that it tells of was read.
    await expect.poll(() => events.filter(({ status }) => isTerminal(status)).length).toBe(JOBS);
    for (const { id } of submitted) {
      // Told by different processes, so they may overtake each other: the revision is the order.
      const own = events.filter((event) => event.id === id).toSorted((a, b) => a.revision - b.revision);
      expect(own.map(({ status }) => status)).toEqual(["PENDING", "RUNNING", "COMPLETED"]);
      expect(own.filter(({ status }) => isTerminal(status))).toHaveLength(1);
    }
    await stack.noContainers();
    await expect
      .poll(async () =>
        (await redis.keys(`${stack.redisPrefix}:*`)).filter(
          // Logs expire by themselves; here that is waited for.
          (key) => key.includes(":job-logs:") || !isAllowedRedisKey(key),
        ),
      )
      .toEqual([]);
  },
);
