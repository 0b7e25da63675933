import { newJob } from "@lambda-lite/backplane/testing";
import { ClientEvent, logMessageSchema } from "@lambda-lite/shared";
import type { Job, JobSummary, LogMessage, LogStream, Problem } from "@lambda-lite/shared";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { startTestApi } from "./testing/test-api.ts";
import type { TestApi } from "./testing/test-api.ts";
import { openTestSocket } from "./testing/test-socket.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

const insert = () => api.backplane.jobs.insert(newJob());
async function running(): Promise<Job> {
  const job = await insert();
  await api.claim(job.id);
  return job;
}
const finish = (id: string, logs: string, logSpans = "") =>
  api.backplane.jobs.finish(
    { id, token: "t" },
    { success: true, result: 1, logs, logSpans, exit: { reason: "OK" }, executionTime: 1, sandboxStartTime: 1 },
  );
const print = (id: string, offset: number, text: string, { attempt = 1, stream = "stdout" as LogStream } = {}) =>
  api.backplane.logs.append(id, [{ end: { attempt, offset }, stream, text }]);

/** A follower over server-sent events. */
function follow(id: string, { after, lastEventId }: { after?: string; lastEventId?: string } = {}) {
  const stop = new AbortController();
  const messages: LogMessage[] = [];
  const over = (async () => {
    const query = after ? `follow&after=${after}` : "follow";
    const headers: Record<string, string> = lastEventId ? { "last-event-id": lastEventId } : {};
    const response = await fetch(`${api.url}/api/jobs/${id}/logs?${query}`, { headers, signal: stop.signal });
    expect(response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
    let rest = "";
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      const events = (rest + chunk).split("\n\n");
      rest = events.pop()!;
      for (const event of events) {
        const [, cursor, type, data] = /^id: ([^\n]*)\nevent: ([^\n]*)\ndata: ([^\n]*)$/.exec(event) ?? [];
        if (type) messages.push(logMessageSchema.parse({ type, cursor, ...JSON.parse(data!) }));
      }
    }
  })();
  over.catch(() => undefined);
  const text = () => messages.map((message) => (message.type === "log" ? message.text : "")).join("");
  return { messages, over, text, leave: () => stop.abort() };
}
const types = (messages: LogMessage[]) => messages.map(({ type }) => type);

describe("the log of a job that has ended", () => {
  test("is text, or messages with streams and cursors, from the beginning or a cursor", async () => {
    const { id } = await running();
    await finish(id, "one\noh!\ntwo\n", "4,4,4");
    const read = (query: string) => fetch(`${api.url}/api/jobs/${id}/logs${query}`);
    const all = await read("");
    expect(all.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(all.headers.get("log-cursor")).toBe("1-12");
    expect(await all.text()).toBe("one\noh!\ntwo\n");
    expect(await (await read("?after=1-6")).text()).toBe("!\ntwo\n");
    const lines = (await (await read("?format=ndjson")).text()).trim().split("\n");
    expect(lines.map((line) => logMessageSchema.parse(JSON.parse(line)))).toEqual([
      { type: "log", cursor: "1-4", stream: "stdout", text: "one\n" },
      { type: "log", cursor: "1-8", stream: "stderr", text: "oh!\n" },
      { type: "log", cursor: "1-12", stream: "stdout", text: "two\n" },
      { type: "end", cursor: "1-12", status: "COMPLETED" },
    ]);
    const follower = follow(id);
    await follower.over;
    expect(types(follower.messages)).toEqual(["log", "log", "log", "end"]);
    const { body } = await api.get<Job>(`/api/jobs/${id}`);
    expect(body.logCursor).toBe("1-12");
  });

  test.each([
    ["of no job", "0123456789abcdef01234567", "", [404, "JOB_NOT_FOUND"]],
    ["of no job's id", "x", "?follow", [404, "JOB_NOT_FOUND"]],
    ["after no cursor", undefined, "?after=1", [400, "VALIDATION_FAILED"]],
    ["with an unknown word", undefined, "?tail=5", [400, "VALIDATION_FAILED"]],
    ["in no known format", undefined, "?format=xml", [400, "VALIDATION_FAILED"]],
  ])("a log %s", async (_what, id, query, refused) => {
    const known = id ?? (await insert()).id;
    const answer = await api.get<Problem>(`/api/jobs/${known}/logs${query}`);
    expect([answer.status, answer.body.code]).toEqual(refused);
  });

  test("of somebody else's job is none", async () => {
    const { id } = await api.backplane.jobs.insert(newJob({ owner: "somebody else" }));
    expect((await api.get(`/api/jobs/${id}/logs`)).status).toBe(404);
    expect((await api.get(`/api/jobs/${id}/logs?follow`)).status).toBe(404);
  });
});

describe("a follower", () => {
  test("hears what was, what comes, and the end", async () => {
    const { id } = await running();
    await print(id, 3, "one");
    const follower = follow(id);
    await vi.waitFor(() => expect(follower.text()).toBe("one"));
    await print(id, 6, "two", { stream: "stderr" });
    await vi.waitFor(() => expect(follower.text()).toBe("onetwo"));
    // What wasn't told live comes with the outcome.
    await finish(id, "onetwothree", "3,3,5");
    await follower.over;
    expect(follower.messages).toEqual([
      { type: "log", cursor: "1-3", stream: "stdout", text: "one" },
      { type: "log", cursor: "1-6", stream: "stderr", text: "two" },
      { type: "log", cursor: "1-11", stream: "stdout", text: "three" },
      { type: "end", cursor: "1-11", status: "COMPLETED" },
    ]);
  });

  test("may come before the job runs", async () => {
    const job = await insert();
    const follower = follow(job.id);
    await api.claim(job.id);
    await print(job.id, 2, "hi");
    await vi.waitFor(() => expect(follower.text()).toBe("hi"));
    await finish(job.id, "hi");
    await follower.over;
    expect(types(follower.messages)).toEqual(["log", "end"]);
  });

  test.each([1, 2, 5])(
    "cut off again and again and resumed, misses nothing and hears nothing twice: %i",
    async (every) => {
      const { id } = await running();
      const lines = Array.from({ length: 100 }, (_, n) => `line ${n} ä😀\n`);
      const printing = (async () => {
        let offset = 0;
        for (const line of lines) {
          await print(id, (offset += line.length), line);
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
      })();
      let heard = "";
      let cursor: string | undefined;
      for (let cut = 0; cut < 5; cut += 1) {
        const follower = follow(id, cursor === undefined ? {} : { lastEventId: cursor });
        await vi.waitFor(() => expect(follower.messages.length).toBeGreaterThanOrEqual(every));
        follower.leave();
        await follower.over.catch(() => undefined);
        heard += follower.text();
        cursor = follower.messages.at(-1)!.cursor;
      }
      await printing;
      await finish(id, lines.join(""));
      const last = follow(id, { after: cursor! });
      await last.over;
      expect(heard + last.text()).toBe(lines.join(""));
    },
  );

  test("of another attempt sees where it begins, and nothing more of the first", async () => {
    const { id } = await running();
    await print(id, 5, "first");
    const follower = follow(id);
    await vi.waitFor(() => expect(follower.text()).toBe("first"));
    await api.backplane.jobs.release(
      { id, token: "t" },
      { reason: "WORKER_LOST", countsAs: "fault", error: "lost", delayMs: 0 },
    );
    const life = await api.backplane.workers.register(`second-${id}`, {
      engineId: "e",
      pool: "default",
      runtimes: [],
      isolations: [],
      slots: 1,
      busy: 1,
    });
    await api.backplane.jobs.claim({ id, attempt: 2 }, life, "t");
    await print(id, 3, "new", { attempt: 2 });
    // The first one's worker isn't dead after all.
    await expect(print(id, 10, "stale")).rejects.toThrow(/equal or smaller/);
    await finish(id, "newer");
    await follower.over;
    expect(follower.messages.slice(1)).toEqual([
      { type: "attempt", cursor: "2-0", attempt: 2 },
      { type: "log", cursor: "2-3", stream: "stdout", text: "new" },
      { type: "log", cursor: "2-5", stream: "stdout", text: "er" },
      { type: "end", cursor: "2-5", status: "COMPLETED" },
    ]);
  });

  test("is told of a gap, and goes back to it when the whole is stored", async () => {
    const { id } = await running();
    await print(id, 1, "a");
    const follower = follow(id);
    await vi.waitFor(() => expect(follower.text()).toBe("a"));
    await api.backplane.redis.del(`${api.backplane.redisPrefix}:job-logs:${id}`);
    await print(id, 4, "d");
    await vi.waitFor(() => expect(types(follower.messages)).toEqual(["log", "gap", "log"]));
    await finish(id, "abcd");
    await follower.over;
    const rest = [
      { type: "rewind", cursor: "1-1" },
      { type: "log", cursor: "1-4", stream: "stdout", text: "bcd" },
      { type: "end", cursor: "1-4", status: "COMPLETED" },
    ];
    expect(follower.messages.slice(1)).toEqual([
      { type: "gap", cursor: "1-3-1" },
      { type: "log", cursor: "1-4-1", stream: "stdout", text: "d" },
      ...rest,
    ]);
    // Who comes back from behind it hears of it too.
    const back = follow(id, { lastEventId: "1-4-1" });
    await back.over;
    expect(back.messages).toEqual(rest);
  });

  test("hears the whole of a long log, in pieces", async () => {
    const { id } = await running();
    const text = "0123456789".repeat(100_000);
    const follower = follow(id);
    for (let at = 0; at < text.length; at += 50_000) await print(id, at + 50_000, text.slice(at, at + 50_000));
    await finish(id, text);
    await follower.over;
    expect(follower.text()).toBe(text);
  });

  test("over a socket hears nothing more when it has unsubscribed, not of a log that has ended either", async () => {
    const { id } = await running();
    await finish(id, "0123456789".repeat(1_000_000));
    const { socket, ask } = await openTestSocket(api.url);
    const heard: string[] = [];
    socket.on("job:log", ({ type }: LogMessage) => void heard.push(type));
    await ask(ClientEvent.LOGS_SUBSCRIBE, { jobId: id });
    await ask(ClientEvent.LOGS_UNSUBSCRIBE, { jobId: id });
    // What was on its way.
    await new Promise((resolve) => setTimeout(resolve, 100));
    const before = heard.length;
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(heard).toHaveLength(before);
    expect(heard).not.toContain("end");
  });

  test("over a socket hears the same, until it has heard enough", async () => {
    const { id } = await running();
    await print(id, 3, "one");
    const { socket, ask } = await openTestSocket(api.url);
    const heard: LogMessage[] = [];
    socket.on("job:log", ({ jobId, ...message }: LogMessage & { jobId: string }) => {
      if (jobId === id) heard.push(message as LogMessage);
    });
    expect(await ask(ClientEvent.LOGS_SUBSCRIBE, { jobId: id, after: "1-1" })).toEqual({ ok: true });
    await vi.waitFor(() => expect(heard).toEqual([{ type: "log", cursor: "1-3", stream: "stdout", text: "ne" }]));
    await ask(ClientEvent.LOGS_UNSUBSCRIBE, { jobId: id });
    await print(id, 6, "two");
    expect(await ask(ClientEvent.LOGS_SUBSCRIBE, { jobId: id, after: "1-6" })).toEqual({ ok: true });
    await finish(id, "onetwo");
    await vi.waitFor(() => expect(types(heard)).toEqual(["log", "end"]));
    expect(await ask(ClientEvent.LOGS_SUBSCRIBE, { jobId: "0123456789abcdef01234567" })).toMatchObject({
      ok: false,
      problem: { code: "JOB_NOT_FOUND" },
    });
    expect(await ask(ClientEvent.LOGS_SUBSCRIBE, { jobId: id, after: "now" })).toMatchObject({ ok: false });
    socket.close();
  });
});

describe("cancelling", () => {
  const cancel = async (id: string) => {
    const response = await fetch(`${api.url}/api/jobs/${id}/cancel`, { method: "POST" });
    return { status: response.status, body: (await response.json()) as JobSummary & Problem };
  };

  test("ends a job that waits, at once, and takes it out of the queue", async () => {
    const { id } = await insert();
    expect(await cancel(id)).toMatchObject({
      status: 200,
      body: { status: "CANCELLED", exit: { reason: "CANCELLED" } },
    });
    await expect
      .poll(() => api.backplane.queue.has([{ id, attempt: 1, pool: "default", priority: 4 }]))
      .toEqual([false]);
  });

  test("tells the worker of a job that runs; asked again it's the same", async () => {
    const { id } = await running();
    const told: string[] = [];
    const stop = api.backplane.cancels.subscribe((jobId) => told.push(jobId));
    await vi.waitFor(async () => {
      expect(await cancel(id)).toMatchObject({ status: 202, body: { status: "RUNNING" } });
      expect(told).toContain(id);
    });
    stop();
  });

  test("comes too late for one that has ended", async () => {
    const { id } = await running();
    await finish(id, "");
    expect(await cancel(id)).toMatchObject({
      status: 409,
      body: { code: "JOB_ALREADY_ENDED", detail: "It is COMPLETED" },
    });
  });

  test("finds no job that isn't there, or isn't one's own", async () => {
    const other = await api.backplane.jobs.insert(newJob({ owner: "somebody else" }));
    for (const id of ["0123456789abcdef01234567", other.id, "x"]) expect((await cancel(id)).status).toBe(404);
  });
});

describe("waiting for the end", () => {
  const ended = async (id: string, afterMs: number) => {
    await new Promise((resolve) => setTimeout(resolve, afterMs));
    return finish(id, "");
  };

  test("a reader gets the job as it ended, as soon as it has", async () => {
    const { id } = await running();
    const startedMs = performance.now();
    const [{ status, body }] = await Promise.all([api.get<Job>(`/api/jobs/${id}?wait=20`), ended(id, 200)]);
    expect([status, body.status, body.result]).toEqual([200, "COMPLETED", 1]);
    expect(performance.now() - startedMs).toBeLessThan(10_000);
    expect((await api.get<Job>(`/api/jobs/${id}?wait=20`)).status).toBe(200);
  });

  test("or the job as it is, when the time is over", async () => {
    const { id } = await running();
    const answer = await api.get<Job>(`/api/jobs/${id}`, { prefer: "respond-async, wait=1" });
    expect([answer.status, answer.body.status]).toEqual([202, "RUNNING"]);
    expect(answer.headers.get("preference-applied")).toBe("wait=1");
  });

  test("a submission too", async () => {
    const response = await fetch(`${api.url}/api/jobs?wait=1`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ code: "function main() {}" }),
    });
    const job = (await response.json()) as Job;
    expect([response.status, job.status]).toEqual([202, "PENDING"]);
    expect(response.headers.get("location")).toBe(`/api/jobs/${job.id}`);
  });

  test.each(["soon", "-1", "1.5", ""])("for %j is refused, and nothing is submitted", async (wait) => {
    const { status, body } = await api.get<Problem>(`/api/jobs/${(await insert()).id}?wait=${wait}`);
    expect([status, body.code]).toEqual([400, "VALIDATION_FAILED"]);
  });

  test("for a job that isn't there ends at once", async () => {
    expect((await api.get("/api/jobs/0123456789abcdef01234567?wait=20")).status).toBe(404);
  });
});
