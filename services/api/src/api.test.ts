import { Agent, request } from "node:http";
import type { IncomingMessage } from "node:http";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { silentLogger } from "@lambda-lite/backplane/testing";
import type { Problem } from "@lambda-lite/shared";
import { io } from "socket.io-client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startApi } from "./api.ts";
import { readConfig } from "./config.ts";
import { startTestApi } from "./testing/test-api.ts";
import type { TestApi } from "./testing/test-api.ts";

const CODE = "function main() {}";
let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

const text = async (path: string) => {
  const response = await fetch(api.url + path);
  return { status: response.status, body: await response.text(), type: response.headers.get("content-type") };
};

describe("health", () => {
  test("it lives and is ready", async () => {
    expect(await text("/healthz")).toMatchObject({ status: 200, body: "ok\n" });
    expect(await text("/readyz")).toMatchObject({ status: 200, body: "ready\n" });
  });
});

describe("metrics", () => {
  /** The value of a sample, whose labels are written as in the text format. */
  async function sample(name: string): Promise<number | undefined> {
    const { status, body, type } = await text("/metrics");
    expect(status).toBe(200);
    expect(type).toMatch(/^text\/plain; version=/);
    const line = body.split("\n").find((each) => each.startsWith(`${name} `));
    return line === undefined ? undefined : Number(line.split(" ").at(-1));
  }

  test("a submission raises its counter, and stands in the queue", async () => {
    const submitted = 'lambdalite_jobs_submitted_total{pool="default"}';
    const waiting = 'lambdalite_queue_depth{queue="jobs",state="waiting"}';
    const [count, depth] = [(await sample(submitted)) ?? 0, (await sample(waiting)) ?? 0];
    expect((await api.submit({ code: "" })).status).toBe(400);
    expect((await api.submit({ code: CODE })).status).toBe(201);
    expect(await sample(submitted)).toBe(count + 1);
    await expect.poll(() => sample(waiting)).toBe(depth + 1);
    expect(await sample('lambdalite_queue_depth{queue="jobs",state="active"}')).toBe(0);
  });

  test("the end of a job is counted by its reason, with its times", async () => {
    const { id } = (await api.submit({ code: CODE })).body;
    await api.claim(id);
    const exit = { reason: "TIMEOUT" } as const;
    const outcome = { success: false, logs: "", error: "late", exit, executionTime: 40, sandboxStartTime: 0 };
    await api.backplane.jobs.finish({ id, token: "t" }, outcome);
    await expect.poll(() => sample('lambdalite_observed_jobs_finished_total{reason="TIMEOUT"}')).toBe(1);
    expect(await sample("lambdalite_observed_job_queue_wait_seconds_count")).toBe(1);
    expect(await sample("lambdalite_observed_sandbox_execution_seconds_sum")).toBe(0.04);
  });

  test("workers count while their lease runs, sockets while they are open", async () => {
    const offer = { engineId: "e", pool: "default", runtimes: [], isolations: [], slots: 5, busy: 0 };
    const before = (await sample("lambdalite_active_workers")) ?? 0;
    const life = await api.backplane.workers.register("w1", offer);
    expect(await sample("lambdalite_active_workers")).toBe(before + 1);
    await api.backplane.workers.retire(life);
    expect(await sample("lambdalite_active_workers")).toBe(before);

    const socket = io(api.url, { transports: ["websocket"] });
    await expect.poll(() => sample("lambdalite_socket_clients")).toBe(1);
    socket.close();
    await expect.poll(() => sample("lambdalite_socket_clients")).toBe(0);
  });
});

test("every answer has the security headers, and no script may be inline", async () => {
  for (const path of ["/healthz", "/api/jobs", "/nothing"]) {
    const { headers } = await fetch(api.url + path);
    const csp = headers.get("content-security-policy") ?? "";
    const scripts = csp.split(";").find((part) => part.startsWith("script-src "));
    expect(scripts).toBe("script-src 'self'");
    expect(csp).toContain("default-src 'self'");
    expect(csp).toContain("frame-ancestors 'none'");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("x-powered-by")).toBeNull();
    expect(headers.get("access-control-allow-origin")).toBeNull();
  }
});

test("jobs are not cached", async () => {
  expect((await api.get("/api/jobs")).headers.get("cache-control")).toBe("no-store");
});

test("where no page was built, its address says how to get one", async () => {
  const { status, body } = await api.get<Problem>("/");
  expect(status).toBe(404);
  expect(body).toMatchObject({ code: "ROUTE_NOT_FOUND", detail: expect.stringContaining("npm run build -w web") });
});

describe("with a key", () => {
  const KEY = "a-key-for-tests-0123456789";
  let keyed: TestApi;
  beforeAll(async () => {
    keyed = await startTestApi({ API_KEY: KEY });
  });
  afterAll(() => keyed.close());

  test.each([
    ["no header", {}],
    ["a wrong key", { authorization: "Bearer another-key-for-tests-01234" }],
    ["another scheme", { authorization: `Basic ${KEY}` }],
    ["the key alone", { authorization: KEY }],
  ])("%s is refused, before the body is looked at", async (_what, headers) => {
    const answers = [
      await keyed.get<Problem>("/api/jobs", headers),
      await keyed.submit({}, { ...headers, "content-type": "text/plain" }),
    ];
    for (const { status, body, headers: sent } of answers) {
      expect(status).toBe(401);
      expect(body).toMatchObject({ code: "UNAUTHENTICATED" });
      expect(sent.get("www-authenticate")).toBe("Bearer");
    }
    expect(await keyed.backplane.mongo.collection("jobs").countDocuments()).toBe(0);
  });

  test("the right one works, and probes need none", async () => {
    const headers = { authorization: `Bearer ${KEY}` };
    const { status, body } = await keyed.submit({ code: CODE }, headers);
    expect(status).toBe(201);
    expect(await keyed.get(`/api/jobs/${body.id}`, headers)).toMatchObject({ status: 200 });
    expect((await fetch(`${keyed.url}/readyz`)).status).toBe(200);
  });
});

describe("the start", () => {
  const deps = { logger: silentLogger, webDir: undefined };
  const config = (env: Record<string, string>) =>
    readConfig({
      PORT: "0",
      MONGO_URL: api.backplane.mongoUrl,
      REDIS_URL: api.backplane.redisUrl,
      REDIS_PREFIX: api.backplane.redisPrefix,
      START_PATIENCE_MS: "0",
      ...env,
    });

  test("fails on a port that is taken, and lets go of everything", async () => {
    const holder = createServer().listen(0, "127.0.0.1");
    await once(holder, "listening");
    const { port } = holder.address() as AddressInfo;
    await expect(startApi(config({ PORT: `${port}` }), deps)).rejects.toMatchObject({ code: "EADDRINUSE" });
    holder.close();
    await once(holder, "close");
    const second = await startApi(config({ PORT: `${port}` }), deps);
    await second.stop();
  });

  test("fails without Mongo, and without Redis, and says which", async () => {
    const nobody = "127.0.0.1:1";
    await expect(startApi(config({ MONGO_URL: `mongodb://${nobody}/x` }), deps)).rejects.toThrow(/MongoDB/);
    await expect(startApi(config({ REDIS_URL: `redis://${nobody}` }), deps)).rejects.toThrow(/Redis/);
  });

  test("and the end closes idle connections at once, where no grace is given", async () => {
    const second = await startApi(config({ KEEP_ALIVE_GRACE_MS: "0" }), deps);
    expect((await fetch(`${second.url}/healthz`)).status).toBe(200);
    const before = performance.now();
    await second.stop();
    expect(performance.now() - before).toBeLessThan(2_000);
    await expect(fetch(`${second.url}/healthz`)).rejects.toThrow();
  });

  test("a client on a kept connection is answered once more at the end, and told to go", async () => {
    const second = await startApi(config({ KEEP_ALIVE_GRACE_MS: "20000" }), deps);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const get = async () => {
      const [response] = (await once(request(`${second.url}/healthz`, { agent }).end(), "response")) as [
        IncomingMessage,
      ];
      response.resume();
      await once(response, "end");
      return { status: response.statusCode, connection: response.headers.connection };
    };
    expect(await get()).toEqual({ status: 200, connection: "keep-alive" });
    const stopped = second.stop();
    expect(await get()).toEqual({ status: 200, connection: "close" });
    // It went, so nobody is left to wait for.
    await stopped;
    agent.destroy();
  });
});
