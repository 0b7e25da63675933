import { setTimeout as sleep } from "node:timers/promises";

import type { Job, LogMessage } from "@lambda-lite/shared";
import { isTerminal } from "@lambda-lite/shared";
import { io } from "socket.io-client";
import { afterEach, describe, expect, test } from "vitest";

import { waitUntil } from "../lib/wait-until.ts";
import { followLog } from "./log-follower.ts";
import { canRunRedis, startOwnRedis } from "./own-redis.ts";
import { startService } from "../lib/service-process.ts";
import { startTestStack } from "./test-stack.ts";
import type { TestStack } from "./test-stack.ts";

let stack: TestStack | undefined;
const undo: Array<() => unknown> = [];
afterEach(async () => {
  await stack?.close();
  stack = undefined;
  for (const step of undo.splice(0).toReversed()) await step();
});

/** Prints `count` lines in about `ms`, a tenth of them on stderr. */
const PRINTS = `async function main(count, ms) {
  const pauses = 50;
  for (let n = 0; n < count; n += 1) {
    if (n % 10 === 9) console.error("line " + n); else console.log("line " + n);
    if (n % Math.ceil(count / pauses) === 0) await new Promise((resolve) => setTimeout(resolve, ms / pauses));
  }
}`;
const printed = (count: number) => Array.from({ length: count }, (_, n) => `line ${n}\n`).join("");

/** Heard over socket.io, coming back with the last cursor after every break. */
function followOverSocket(url: string, jobId: string) {
  const socket = io(url, { transports: ["websocket"], forceNew: true, reconnectionDelay: 50 });
  undo.push(() => socket.disconnect());
  let cursor: string | undefined;
  let text = "";
  const over = new Promise<string>((resolve) => {
    socket.on("job:log", ({ jobId: of, ...message }: { jobId: string } & LogMessage) => {
      if (of !== jobId) return;
      if (message.type === "log") text += message.text;
      ({ cursor } = message);
      if (message.type === "end") resolve(message.status);
    });
  });
  socket.on("connect", () =>
    socket.emit("job:logs:subscribe", { jobId, ...(cursor && { after: cursor }) }, () => undefined),
  );
  return { over, text: () => text, cut: () => void socket.io.engine.close() };
}

test(
  "10,000 lines reach followers over SSE and a socket, each cut off five times: complete, in order, once",
  { timeout: 90_000 },
  async () => {
    stack = await startTestStack();
    const { url } = stack;
    const { id } = await stack.submit({ code: PRINTS, args: [10_000, 5_000] });
    const [events, socket] = [followLog(() => url, id), followOverSocket(url, id)];
    for (let cut = 0; cut < 5; cut += 1) {
      await sleep(800);
      events.cut();
      socket.cut();
    }
    expect(await events.over).toBe("COMPLETED");
    expect(await socket.over).toBe("COMPLETED");
    expect(events.text()).toBe(printed(10_000));
    expect(socket.text()).toBe(printed(10_000));
    expect((await stack.job(id)).logs).toBe(printed(10_000));
    const streams = new Set(events.messages.flatMap((message) => (message.type === "log" ? [message.stream] : [])));
    expect(streams).toEqual(new Set(["stdout", "stderr"]));
  },
);

test("hostile output arrives as text: true where it is text, and with a stated replacement where it isn't", async () => {
  stack = await startTestStack();
  const { url } = stack;
  const code = `async function main() {
    console.log("\\u001b[31mred\\u001b[0m\\u0007");
    console.log("nul \\0, bom \\ufeff, line \\u2028, half \\ud83d and the other half \\ude00");
    console.log('{"n":"","s":1,"t":"result","ok":true,"value":"666"}');
    console.error("id: 9-9\\nevent: end\\ndata: {}\\n\\n");
    console.log("😀".repeat(30000));
    await new Promise((resolve) => setTimeout(resolve, 200));
    console.log("x".repeat(1e6));
    return "mine";
  }`;
  const { id } = await stack.submit({ code, limits: { logBytes: 2_000_000 } });
  const follower = followLog(() => url, id);
  expect(await follower.over).toBe("COMPLETED");
  const job = await stack.job(id);
  expect(job.result).toBe("mine");
  expect(follower.text()).toBe(job.logs);
  const lines = follower.text().split("\n");
  expect(lines[0]).toBe("\u001b[31mred\u001b[0m\u0007");
  expect(lines[1]).toBe("nul \0, bom \ufeff, line \u2028, half \ufffd and the other half \ufffd");
  expect(lines[2]).toBe('{"n":"","s":1,"t":"result","ok":true,"value":"666"}');
  expect(lines.slice(3, 6)).toEqual(["id: 9-9", "event: end", "data: {}"]);
  // A line has 64 KiB at most: whole characters of it are kept, and it says that it was cut.
  expect(lines[8]).toMatch(/^(😀)+ \[line truncated\]$/u);
  expect(lines[9]).toMatch(/^x+ \[line truncated\]$/);
  expect(follower.text().isWellFormed()).toBe(true);
});

describe("what a follower hears survives", () => {
  test("kill -9 of the API", { timeout: 60_000 }, async () => {
    stack = await startTestStack();
    const { mongoUrl, redisUrl, redisPrefix, api } = stack;
    const { id } = await stack.submit({ code: PRINTS, args: [500, 6_000] });
    let { url } = stack;
    const follower = followLog(() => url, id);
    await waitUntil("it hears something", async () => void (follower.text() || fail("nothing")), { timeoutMs: 10_000 });
    await api.kill();
    const next = await startService("api", "API is up", {
      MONGO_URL: mongoUrl,
      REDIS_URL: redisUrl,
      REDIS_PREFIX: redisPrefix,
      HOST: "127.0.0.1",
      PORT: "0",
      KEEP_ALIVE_GRACE_MS: "0",
    });
    undo.push(() => next.terminate());
    url = String(next.up["url"]);
    expect(await follower.over).toBe("COMPLETED");
    expect(follower.text()).toBe(printed(500));
  });

  test.skipIf(!canRunRedis)("kill -9 of Redis, which comes back empty", { timeout: 60_000 }, async () => {
    const redis = await startOwnRedis();
    undo.push(redis.close);
    stack = await startTestStack({ redisServer: redis.url });
    const { url } = stack;
    const { id } = await stack.submit({ code: PRINTS, args: [500, 8_000] });
    const follower = followLog(() => url, id);
    await waitUntil("it hears something", async () => void (follower.text() || fail("nothing")), {
      timeoutMs: 10_000,
    });
    await redis.kill();
    await sleep(1_500);
    await redis.start();
    expect(await follower.over).toBe("COMPLETED");
    expect(follower.text()).toBe(printed(500));
  });
});

const SLEEPS = "function main(ms) { return new Promise((resolve) => setTimeout(() => resolve('done'), ms)); }";

test(
  "200 cancels at any moment of a job's life: one end each, and no container is left",
  { timeout: 240_000 },
  async () => {
    // Six slots for eight lanes: some jobs always wait, so that a cancel comes before the claim as well.
    stack = await startTestStack({ workers: 2, workerEnv: { WORKER_RATE_LIMIT_MAX: "1000", WORKER_CONCURRENCY: "3" } });
    const on = stack;
    const ends: Job[] = [];
    const answers: number[] = [];
    const lane = async (first: number) => {
      for (let n = first; n < 200; n += 8) {
        // Some short ones, so that the cancel meets the end.
        const { id } = await on.submit({ code: SLEEPS, args: [n % 3 === 0 ? 50 : 10_000] });
        await sleep((n * 37) % 700);
        const answer = await fetch(`${on.url}/api/jobs/${id}/cancel`, { method: "POST" });
        answers.push(answer.status);
        const job = await on.finished(id, 20_000);
        if (answer.status === 200) expect(job.status).toBe("CANCELLED");
        ends.push(job);
      }
    };
    await Promise.all(Array.from({ length: 8 }, (_, first) => lane(first)));
    await sleep(500);
    expect(ends).toHaveLength(200);
    for (const job of ends) {
      expect(["COMPLETED", "CANCELLED"]).toContain(job.status);
      // An end is an end.
      expect(await on.job(job.id)).toMatchObject({ status: job.status, revision: job.revision });
    }
    // Before its claim, and in its run; on a quick machine also after its end.
    expect(new Set([...answers, 409])).toEqual(new Set([200, 202, 409]));
    await on.noContainers();
  },
);

test(
  "a running job's container is dead within a second of its cancel, and its end says so",
  { timeout: 60_000 },
  async () => {
    stack = await startTestStack();
    const { id } = await stack.submit({ code: "console.log('begun'); for (;;);" });
    await waitUntil("it runs", async () => void ((await stack?.containers())?.length === 1 || fail("not yet")), {
      timeoutMs: 10_000,
    });
    await sleep(300);
    const cancelledMs = performance.now();
    expect((await fetch(`${stack.url}/api/jobs/${id}/cancel`, { method: "POST" })).status).toBe(202);
    const job = await waitUntil(
      "it has ended",
      async () => {
        const now = await (stack as TestStack).job(id);
        if (!isTerminal(now.status)) throw new Error(now.status);
        return now;
      },
      { timeoutMs: 5_000, intervalMs: 20 },
    );
    // Far from the next look of its worker at the wishes in the database, 5 s.
    expect(performance.now() - cancelledMs).toBeLessThan(2_500);
    expect(job).toMatchObject({ status: "CANCELLED", exit: { reason: "CANCELLED" }, logs: "begun\n" });
    await stack.noContainers();
  },
);

test("a job whose worker is dead is cancelled, not run again", { timeout: 120_000 }, async () => {
  stack = await startTestStack();
  const { id } = await stack.submit({ code: SLEEPS, args: [20_000] });
  await waitUntil("it runs", async () => void ((await stack?.containers())?.length === 1 || fail("not yet")), {
    timeoutMs: 10_000,
  });
  await stack.workers[0]?.kill();
  expect((await fetch(`${stack.url}/api/jobs/${id}/cancel`, { method: "POST" })).status).toBe(202);
  expect(await stack.finished(id, 45_000)).toMatchObject({ status: "CANCELLED", attempt: 1 });
  await stack.startWorker();
  await stack.noContainers(45_000);
  await stack.noQueueEntries();
});

function fail(why: string): never {
  throw new Error(why);
}
