import { afterAll, beforeAll, expect, test } from "vitest";

import { startTestStack } from "./test-stack.ts";
import type { TestStack } from "./test-stack.ts";

/** Fails until that moment. */
const FAILS_UNTIL = `function main(moment) {
  if (Date.now() < moment) throw new Error("too early");
  return "at last";
}`;
const HELLO = "function main() { return 1; }";

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.close());

const post = async (path: string) => {
  const response = await fetch(stack.url + path, { method: "POST" });
  expect(response.status).toBe(200);
};

test("a job whose code fails is tried again as often as it asked", async () => {
  const backoff = { type: "fixed", delayMs: 200 } as const;
  const retry = { maxAttempts: 20, backoff };
  const { id } = await stack.submit({ code: FAILS_UNTIL, args: [Date.now() + 2_500], retry });
  const job = await stack.finished(id);
  expect(job).toMatchObject({ status: "COMPLETED", result: "at last", lastFailure: { reason: "USER_ERROR" } });
  expect(job.attempt).toBe((job.failures ?? 0) + 1);
  expect(job.failures).toBeGreaterThanOrEqual(1);
  expect(job.lastFailure?.error).toContain("too early");

  const never = { code: FAILS_UNTIL, args: [Date.now() + 3_600_000] };
  const [once, twice] = await Promise.all([
    stack.submit(never),
    stack.submit({ ...never, retry: { maxAttempts: 2, backoff } }),
  ]);
  expect(await stack.finished(once.id)).toMatchObject({ status: "FAILED", attempt: 1 });
  expect(await stack.finished(twice.id)).toMatchObject({
    status: "FAILED",
    attempt: 2,
    exit: { reason: "USER_ERROR" },
    error: expect.stringContaining("too early"),
  });
});

test("a failure that another run couldn't mend isn't tried again", async () => {
  const { id } = await stack.submit({ code: "function main( {", retry: { maxAttempts: 5 } });
  expect(await stack.finished(id)).toMatchObject({ status: "FAILED", attempt: 1, exit: { reason: "SYNTAX_ERROR" } });
});

test("a job that is put off runs at its time", async () => {
  const { id, createdAt } = await stack.submit({ code: HELLO, delayMs: 1_500 });
  const { startedAt = "", status, queueTime } = await stack.finished(id);
  expect(status).toBe("COMPLETED");
  const waitedMs = Date.parse(startedAt) - Date.parse(createdAt);
  expect(waitedMs).toBeGreaterThanOrEqual(1_500);
  expect(waitedMs).toBeLessThan(6_000);
  // The wait that somebody asked for is none that the queue is to blame for.
  expect(queueTime).toBeLessThan(4_500);
});

test("nothing of a paused queue is started, and what runs, runs on; resumed, it goes on", async () => {
  const sleeping = `async function main(ms) { await new Promise((resolve) => setTimeout(resolve, ms)); return ms; }`;
  const running = await stack.submit({ code: sleeping, args: [1_500] });
  await expect.poll(async () => (await stack.job(running.id)).status, { timeout: 10_000 }).toBe("RUNNING");
  await post("/api/queues/default/pause");
  const waiting = await stack.submit({ code: HELLO });
  expect(await stack.finished(running.id)).toMatchObject({ status: "COMPLETED", result: 1_500 });
  expect(await stack.job(waiting.id)).toMatchObject({ status: "PENDING", attempt: 0 });
  await post("/api/queues/default/resume");
  expect(await stack.finished(waiting.id)).toMatchObject({ status: "COMPLETED" });
});
