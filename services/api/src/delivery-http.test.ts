import { ExitReason, FAULT_BUDGET } from "@lambda-lite/shared";
import type { Job, JobPage, Problem, QueueState } from "@lambda-lite/shared";
import { newJob } from "@lambda-lite/backplane/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startTestApi } from "./testing/test-api.ts";
import type { Answer, TestApi } from "./testing/test-api.ts";

const SUBMISSION = { code: "function main(a) { return a; }", args: [1] };
let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

async function send<T>(method: string, path: string): Promise<Answer<T>> {
  const response = await fetch(api.url + path, { method });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: (text ? JSON.parse(text) : undefined) as T };
}

describe("an Idempotency-Key", () => {
  const key = (value: string) => ({ "idempotency-key": value });

  test("makes one job of any number of submissions, also of simultaneous ones", async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => api.submit(SUBMISSION, key("order-1"))));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(7);
    const spelledOut = { ...SUBMISSION, limits: { timeout: 30_000 }, delayMs: 0 };
    const { body, headers } = await api.submit(spelledOut, key("order-1"));
    expect(body.id).toBe(answers[0]?.body.id);
    expect(headers.get("location")).toBe(`/api/jobs/${body.id}`);
  });
  test("of another submission is a conflict", async () => {
    await api.submit(SUBMISSION, key("order-2"));
    const { status, body } = await api.submit({ ...SUBMISSION, args: [2] }, key("order-2"));
    expect(status).toBe(409);
    expect(body).toMatchObject({ code: "IDEMPOTENCY_CONFLICT" });
  });
  test("shows what became of the job meanwhile", async () => {
    const { id } = (await api.submit(SUBMISSION, key("order-3"))).body;
    await api.claim(id);
    expect((await api.submit(SUBMISSION, key("order-3"))).body).toMatchObject({ id, status: "RUNNING" });
  });
  test.each(["", "x".repeat(256)])("that is no key is refused: %s", async (value) => {
    const { status, body } = await api.submit(SUBMISSION, key(value));
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: "VALIDATION_FAILED", errors: [{ path: "Idempotency-Key" }] });
  });
});

describe("a job that is put off", () => {
  const isQueued = async (id: string) =>
    (await api.backplane.queue.has([{ id, attempt: 1, pool: "default", priority: 4 }]))[0];

  test("isn't queued before its time, and is then", async () => {
    const { id, availableAt, createdAt } = (await api.submit({ ...SUBMISSION, delayMs: 1_500 })).body;
    expect(Date.parse(availableAt ?? "") - Date.parse(createdAt)).toBe(1_500);
    await api.backplane.jobs.settle();
    expect(await isQueued(id)).toBe(false);
    expect(await api.backplane.queue.counts("default")).toMatchObject({ active: 0 });
    const early = await api.backplane.jobs.claim({ id, attempt: 1 }, { workerId: "w", epoch: 1 }, "t");
    expect(early).toBeNull();
    await expect.poll(() => isQueued(id), { timeout: 8_000 }).toBe(true);
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(availableAt ?? "") - 1_000);
  });
  test("by a time says that time; one that is past means now", async () => {
    const runAt = new Date(Date.now() + 3_600_000).toISOString();
    expect((await api.submit({ ...SUBMISSION, runAt })).body.availableAt).toBe(runAt);
    const { id, availableAt, createdAt } = (await api.submit({ ...SUBMISSION, runAt: "2001-01-01T00:00:00Z" })).body;
    expect(availableAt).toBe(createdAt);
    await expect.poll(() => isQueued(id)).toBe(true);
  });
  test("for more than a year is refused", async () => {
    const { status, body } = await api.submit({ ...SUBMISSION, runAt: "2999-01-01T00:00:00Z" });
    expect(status).toBe(400);
    expect(body).toMatchObject({ errors: [{ path: "runAt" }] });
  });
});

describe("dead letters", () => {
  /** A job that the platform failed as often as it may. */
  async function deadLetter(owner = "local"): Promise<string> {
    const { jobs } = api.backplane;
    const { id } = await jobs.insert(newJob({ owner, args: ["again"], retry: RETRY }));
    for (let attempt = 1; attempt <= FAULT_BUDGET; attempt += 1) {
      const token = `t${attempt}`;
      const life = await api.backplane.workers.register("w", OFFER);
      expect(await jobs.claim({ id, attempt }, life, token)).not.toBeNull();
      const why = { reason: ExitReason.SANDBOX_ERROR, countsAs: "fault", error: "engine gone", delayMs: 0 } as const;
      await jobs.release({ id, token }, why);
    }
    return id;
  }
  const OFFER = { engineId: "e", pool: "default", runtimes: [], isolations: [], slots: 1, busy: 1 };
  const RETRY = { maxAttempts: 2, backoff: { type: "fixed", delayMs: 5, maxDelayMs: 5 } } as const;
  const list = () => api.get<JobPage>("/api/dead-letters");

  beforeEach(async () => {
    await send("DELETE", "/api/dead-letters");
    expect((await list()).body.total).toBe(0);
  });

  test("are listed with what went wrong, the latest first, and only the owner's", async () => {
    const ids = [await deadLetter(), await deadLetter()];
    await deadLetter("somebody else");
    const { body } = await list();
    expect(body).toMatchObject({ total: 2, page: 1 });
    expect(body.jobs.map(({ id }) => id)).toEqual(ids.toReversed());
    expect(body.jobs[0]).toMatchObject({
      status: "FAILED",
      deadLetter: true,
      exit: { reason: "SANDBOX_ERROR" },
      error: "engine gone",
      lastFailure: { reason: "SANDBOX_ERROR", attempt: FAULT_BUDGET },
    });
    expect(body.jobs[0]).not.toHaveProperty("code");
  });

  test("redriven once are a new job with a fresh budget; the old one stays as it ended", async () => {
    const id = await deadLetter();
    const before = (await api.get<Job>(`/api/jobs/${id}`)).body;
    const first = await send<Job>("POST", `/api/dead-letters/${id}/redrive`);
    expect(first.status).toBe(201);
    expect(first.body).toMatchObject({ status: "PENDING", attempt: 0, redriveOf: id, args: ["again"], retry: RETRY });
    expect(first.headers.get("location")).toBe(`/api/jobs/${first.body.id}`);
    const again = await send<Job>("POST", `/api/dead-letters/${id}/redrive`);
    expect(again).toMatchObject({ status: 200, body: { id: first.body.id } });
    expect((await api.get<Job>(`/api/jobs/${id}`)).body).toEqual(before);
    const attempt = { id: first.body.id, attempt: 1, pool: "default", priority: 4 };
    await expect.poll(() => api.backplane.queue.has([attempt])).toEqual([true]);
  });

  test("are redriven all at once, each only once", async () => {
    const ids = [await deadLetter(), await deadLetter(), await deadLetter()];
    await send("POST", `/api/dead-letters/${ids[0]}/redrive`);
    const { status, body } = await send<{ jobs: string[]; remaining: boolean }>("POST", "/api/dead-letters/redrive");
    expect(status).toBe(200);
    expect(body.jobs).toHaveLength(2);
    expect(body.remaining).toBe(false);
    const of = await Promise.all(body.jobs.map(async (id) => (await api.get<Job>(`/api/jobs/${id}`)).body.redriveOf));
    expect(of).toEqual(ids.slice(1));
    expect((await send<{ jobs: string[] }>("POST", "/api/dead-letters/redrive")).body.jobs).toEqual([]);
  });

  test("purged are gone, one or all", async () => {
    const ids = [await deadLetter(), await deadLetter()];
    expect((await send("DELETE", `/api/dead-letters/${ids[0]}`)).status).toBe(204);
    expect((await api.get(`/api/jobs/${ids[0]}`)).status).toBe(404);
    expect(await send("DELETE", "/api/dead-letters")).toMatchObject({ status: 200, body: { purged: 1 } });
  });

  test.each(["000000000000000000000000", "nonsense"])("that don't exist are told as such: %s", async (id) => {
    for (const [method, path] of [
      ["POST", `/api/dead-letters/${id}/redrive`],
      ["DELETE", `/api/dead-letters/${id}`],
    ] as const) {
      expect(await send<Problem>(method, path)).toMatchObject({
        status: 404,
        body: { code: "DEAD_LETTER_NOT_FOUND" },
      });
    }
  });

  test("a job that isn't one can't be redriven or purged", async () => {
    const { id } = (await api.submit(SUBMISSION)).body;
    expect((await send("POST", `/api/dead-letters/${id}/redrive`)).status).toBe(404);
    expect((await send("DELETE", `/api/dead-letters/${id}`)).status).toBe(404);
    expect((await api.get(`/api/jobs/${id}`)).status).toBe(200);
  });
});

describe("queues", () => {
  const queues = async () => (await api.get<{ queues: QueueState[] }>("/api/queues")).body.queues;

  test("the default one runs until somebody pauses it, and again when it is resumed", async () => {
    expect(await queues()).toContainEqual({ pool: "default", paused: false });
    const paused = await send<QueueState>("POST", "/api/queues/default/pause");
    expect(paused).toMatchObject({ status: 200, body: { pool: "default", paused: true } });
    // Said twice is changed once.
    expect((await send<QueueState>("POST", "/api/queues/default/pause")).body).toEqual(paused.body);
    expect(await queues()).toContainEqual(paused.body);

    const { status, body } = await api.submit(SUBMISSION);
    expect(status).toBe(201);
    const consumer = api.backplane.openConsumer("default");
    await expect.poll(() => api.backplane.queue.has([{ ...body, attempt: 1 }])).toEqual([true]);
    expect(await consumer.next()).toBeNull();

    await send("POST", "/api/queues/default/resume");
    let entry = null;
    await expect.poll(async () => (entry = await consumer.next()) !== null, { timeout: 8_000 }).toBe(true);
    await (entry as unknown as { ack(): Promise<void> }).ack();
    await consumer.close();
    expect((await queues()).find(({ pool }) => pool === "default")).toMatchObject({ paused: false });
  });

  test("one that nobody knows isn't made by a slip of the pen", async () => {
    const { status, body } = await send<Problem>("POST", "/api/queues/defualt/pause");
    expect(status).toBe(404);
    expect(body).toMatchObject({ code: "QUEUE_NOT_FOUND" });
  });
});

test("a page of somebody else's can neither pause a queue nor purge dead letters", async () => {
  for (const [method, path] of [
    ["POST", "/api/queues/default/pause"],
    ["POST", "/api/dead-letters/redrive"],
    ["DELETE", "/api/dead-letters"],
  ] as const) {
    const response = await fetch(api.url + path, { method, headers: { origin: "https://elsewhere.example" } });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ code: "FORBIDDEN_ORIGIN" });
  }
  const own = await fetch(`${api.url}/api/queues/default/resume`, { method: "POST", headers: { origin: api.url } });
  expect(own.status).toBe(200);
});
