import { setTimeout as sleep } from "node:timers/promises";
import type { Job, LogMessage } from "@lambda-lite/shared";
import { ClientEvent } from "@lambda-lite/shared";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { startTestApi } from "./testing/test-api.ts";
import type { Answer, TestApi } from "./testing/test-api.ts";
import { openTestSocket } from "./testing/test-socket.ts";
import { openTcpProxy, testServers } from "@lambda-lite/backplane/testing";
import type { TcpProxy } from "@lambda-lite/backplane/testing";

const SUBMISSION = { code: "function main() {}" };
let proxy: TcpProxy;
let api: TestApi;
afterEach(() => proxy.restore());

async function timed<T>(work: () => Promise<T>): Promise<{ ms: number; answer: T }> {
  const before = performance.now();
  const answer = await work();
  return { ms: performance.now() - before, answer };
}

const ways = [
  ["cut off", () => proxy.cut()],
  ["hanging", async () => proxy.freeze()],
] as const;

describe("Redis", () => {
  beforeAll(async () => {
    proxy = await openTcpProxy(testServers().redisUrl);
    api = await startTestApi(({ redisUrl }) => ({ REDIS_URL: proxy.via(redisUrl) }));
  });
  afterAll(async () => {
    await api.close();
    await proxy.close();
  });
  const isQueued = async ({ id }: Job) =>
    (await api.backplane.queue.has([{ id, attempt: 1, pool: "default", priority: 4 }]))[0];

  test.each(ways)("%s: jobs are accepted at once, and queued when it is back", async (_how, takeAway) => {
    await takeAway();
    const jobs: Job[] = [];
    for (let n = 0; n < 3; n += 1) {
      const { ms, answer } = await timed(() => api.submit(SUBMISSION));
      expect(answer.status).toBe(201);
      expect(ms).toBeLessThan(1_000);
      jobs.push(answer.body);
    }
    expect(await api.get(`/api/jobs/${jobs[0]?.id}`)).toMatchObject({ status: 200, body: { status: "PENDING" } });
    expect((await fetch(`${api.url}/readyz`)).status).toBe(200);
    expect(await (await fetch(`${api.url}/metrics`)).text()).not.toMatch(/^lambdalite_queue_depth\{/m);
    expect(await Promise.all(jobs.map(isQueued))).toEqual([false, false, false]);

    await proxy.restore();
    await expect.poll(() => Promise.all(jobs.map(isQueued)), { timeout: 10_000 }).toEqual([true, true, true]);
  });

  test.each(ways)("%s: sockets hear changes again when it is back", async (_how, takeAway) => {
    const client = await openTestSocket(api.url);
    await client.ask(ClientEvent.JOBS_SUBSCRIBE, {});
    await takeAway();
    expect((await api.submit(SUBMISSION)).status).toBe(201);
    await proxy.restore();
    const heard = async () => {
      const { body } = await api.submit(SUBMISSION);
      await new Promise((resolve) => setTimeout(resolve, 200));
      return client.frames.flat().some(({ id }) => id === body.id);
    };
    await expect.poll(heard, { timeout: 10_000 }).toBe(true);
    client.socket.close();
  });
});

describe("Mongo", () => {
  beforeAll(async () => {
    proxy = await openTcpProxy(testServers().mongoUrl);
    api = await startTestApi(({ mongoUrl }) => {
      const url = new URL(proxy.via(mongoUrl));
      // Else the driver might learn the server's own address and go past the proxy.
      url.searchParams.set("directConnection", "true");
      return { MONGO_URL: url.href };
    });
  });
  afterAll(async () => {
    await api.close();
    await proxy.close();
  });

  test.each(ways)("%s: everything says 503 in time, and works again when it is back", async (_how, takeAway) => {
    expect((await api.submit(SUBMISSION)).status).toBe(201);
    await takeAway();
    const requests: Array<() => Promise<Answer<unknown>>> = [
      () => api.submit(SUBMISSION),
      () => api.get("/api/jobs"),
      () => api.get("/api/jobs/0123456789abcdef01234567"),
      () => api.get("/readyz"),
    ];
    for (const request of requests) {
      const { ms, answer } = await timed(request);
      expect(answer).toMatchObject({ status: 503, body: { code: "STORE_UNAVAILABLE" } });
      expect(answer.headers.get("retry-after")).toMatch(/^[1-9]\d*$/);
      expect(ms).toBeLessThan(2_000);
    }
    expect((await fetch(`${api.url}/healthz`)).status).toBe(200);
    const metrics = await fetch(`${api.url}/metrics`);
    expect(metrics.status).toBe(200);
    expect(await metrics.text()).not.toMatch(/^lambdalite_active_workers /m);
    const socket = await openTestSocket(api.url);
    expect(await socket.subscribe("0123456789abcdef01234567")).toMatchObject({
      ok: false,
      problem: { code: "STORE_UNAVAILABLE" },
    });
    socket.socket.close();

    await proxy.restore();
    await expect.poll(async () => (await api.submit(SUBMISSION)).status, { timeout: 10_000 }).toBe(201);
    expect((await fetch(`${api.url}/readyz`)).status).toBe(200);
  });

  test("who follows a log hears its end when the store is back", async () => {
    const { body: job } = await api.submit(SUBMISSION);
    await api.claim(job.id);
    const stop = new AbortController();
    const followed = await fetch(`${api.url}/api/jobs/${job.id}/logs?follow&format=text`, { signal: stop.signal });
    const text = followed.text();
    const socket = await openTestSocket(api.url);
    const heard: LogMessage[] = [];
    socket.socket.on("job:log", (message: LogMessage) => void heard.push(message));
    await socket.ask(ClientEvent.LOGS_SUBSCRIBE, { jobId: job.id });
    await proxy.cut();
    const outcome = { success: true, result: 1, logs: "all of it", exit: { reason: "OK" as const } };
    await api.backplane.jobs.finish({ id: job.id, token: "t" }, { ...outcome, executionTime: 1, sandboxStartTime: 1 });
    await sleep(2_500);
    expect(heard).toEqual([]);
    await proxy.restore();
    expect(await text).toBe("all of it");
    await expect.poll(() => heard.map(({ type }) => type), { timeout: 5_000 }).toEqual(["log", "end"]);
    socket.socket.close();
    stop.abort();
  });

  test("bad input is told from an absent store", async () => {
    await proxy.cut();
    expect((await api.submit({})).status).toBe(400);
  });
});
