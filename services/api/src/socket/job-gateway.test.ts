import { newJob } from "@lambda-lite/backplane/testing";
import { ClientEvent } from "@lambda-lite/shared";
import type { Job, JobSummary, JsonValue } from "@lambda-lite/shared";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { startTestApi } from "../testing/test-api.ts";
import type { TestApi } from "../testing/test-api.ts";
import { openTestSocket } from "../testing/test-socket.ts";
import type { TestSocket } from "../testing/test-socket.ts";

let api: TestApi;
const open: TestSocket[] = [];

async function connect(): Promise<TestSocket> {
  const socket = await openTestSocket(api.url);
  open.push(socket);
  return socket;
}

beforeAll(async () => {
  api = await startTestApi();
  // The API's ear at Redis opens in the background; an event that comes through tells when it is open.
  const probe = await connect();
  await probe.ask(ClientEvent.JOBS_SUBSCRIBE, {});
  const heard = async () => {
    await insert();
    expect(probe.frames.length).toBeGreaterThan(0);
  };
  await vi.waitFor(heard, { interval: 150, timeout: 10_000 });
});
afterEach(() => {
  for (const { socket } of open.splice(0)) socket.close();
});
afterAll(() => api.close());

const insert = (): Promise<Job> => api.backplane.jobs.insert(newJob());
const start = (id: string) => api.claim(id);
const finish = (id: string, result: JsonValue = 5) =>
  api.backplane.jobs.finish(
    { id, token: "t" },
    { success: true, result, logs: "printed", exit: { reason: "OK" }, executionTime: 1, sandboxStartTime: 1 },
  );
/** As heard, in order. A state that was read and then told is one: clients go by the revision. */
const statuses = ({ updates }: TestSocket) => [
  ...new Map(updates.map(({ id, revision, status }) => [`${id}-${revision}`, status])).values(),
];

describe("one job", () => {
  test("subscribing answers with its state now, and every change follows in order", async () => {
    const client = await connect();
    const { id } = await insert();
    expect(await client.subscribe(id)).toMatchObject({ ok: true, job: { id, status: "PENDING", revision: 1 } });
    await start(id);
    await finish(id);
    await expect.poll(() => statuses(client)).toEqual(["PENDING", "RUNNING", "COMPLETED"]);
    const revisions = client.updates.map(({ revision }) => revision);
    expect(revisions).toEqual(revisions.toSorted((a, b) => a - b));
    expect([...new Set(revisions)]).toEqual([1, 2, 3]);
    expect(client.updates.at(-1)).toMatchObject({ id, result: 5, exit: { reason: "OK" }, executionTime: 1 });
  });

  test("an event that was overtaken isn't told any more", async () => {
    const [client, later] = [await connect(), await connect()];
    const { id } = await insert();
    await client.subscribe(id);
    const [pending] = (await api.backplane.jobs.findSummaries([id])) as [JobSummary];
    await start(id);
    await expect.poll(() => statuses(client)).toEqual(["PENDING", "RUNNING"]);
    await later.subscribe(id);
    await api.backplane.events.publish(pending);
    await finish(id);
    await expect.poll(() => later.updates.map(({ revision }) => revision)).toEqual([2, 3]);
    expect(client.updates.map(({ revision }) => revision)).toEqual([1, 2, 3]);
  });

  test("whoever comes after the end hears the end", async () => {
    const { id } = await insert();
    await start(id);
    await finish(id);
    const client = await connect();
    expect(await client.subscribe(id)).toMatchObject({ ok: true, job: { status: "COMPLETED", result: 5 } });
    await expect.poll(() => statuses(client)).toEqual(["COMPLETED"]);
  });

  test("whenever somebody comes, the end is heard", async () => {
    for (let delayMs = 0; delayMs < 20; delayMs += 2) {
      const client = await connect();
      const { id } = await insert();
      await start(id);
      const finished = new Promise((resolve) => setTimeout(resolve, delayMs)).then(() => finish(id));
      await client.subscribe(id);
      await finished;
      await expect.poll(() => statuses(client)).toContain("COMPLETED");
    }
  });

  test("updates carry no code, arguments, logs or token, and no large result", async () => {
    const client = await connect();
    const { id } = await insert();
    await client.subscribe(id);
    await start(id);
    await finish(id, "x".repeat(20_000));
    await expect.poll(() => statuses(client)).toContain("COMPLETED");
    for (const update of client.updates) {
      for (const field of ["code", "args", "logs", "token", "result"]) expect(update).not.toHaveProperty(field);
    }
  });

  test("a deeply nested result arrives like any other", async () => {
    const client = await connect();
    const { id } = await insert();
    await client.subscribe(id);
    await start(id);
    await finish(id, JSON.parse(`${"[".repeat(900)}${"]".repeat(900)}`));
    await expect.poll(() => statuses(client)).toContain("COMPLETED");
  });

  test("others' jobs are not heard, nor is one's own after unsubscribing", async () => {
    const client = await connect();
    const [mine, other] = [await insert(), await insert()];
    await client.subscribe(mine.id);
    await start(other.id);
    await start(mine.id);
    await expect.poll(() => statuses(client)).toEqual(["PENDING", "RUNNING"]);
    expect(await client.ask(ClientEvent.JOB_UNSUBSCRIBE, { jobId: mine.id })).toEqual({ ok: true });
    const witness = await connect();
    await witness.subscribe(mine.id);
    await finish(mine.id);
    await expect.poll(() => statuses(witness)).toContain("COMPLETED");
    expect(client.updates.every(({ id }) => id === mine.id)).toBe(true);
    expect(statuses(client)).toEqual(["PENDING", "RUNNING"]);
  });

  test("one that doesn't exist, or is somebody else's, is refused, and not heard later", async () => {
    const client = await connect();
    const other = await api.backplane.jobs.insert(newJob({ owner: "somebody else" }));
    for (const id of ["0123456789abcdef01234567", other.id]) {
      expect(await client.subscribe(id)).toMatchObject({ ok: false, problem: { code: "JOB_NOT_FOUND", status: 404 } });
    }
    const { id } = await insert();
    await client.subscribe(id);
    await start(other.id);
    await start(id);
    await expect.poll(() => statuses(client)).toContain("RUNNING");
    expect(client.updates.every((update) => update.id === id)).toBe(true);
  });

  test("subscribing without an acknowledgement subscribes as well", async () => {
    const client = await connect();
    const { id } = await insert();
    client.socket.emit(ClientEvent.JOB_SUBSCRIBE, { jobId: id } as never, undefined as never);
    (client.socket as { emit(event: string, message: object): void }).emit(ClientEvent.JOB_SUBSCRIBE, { jobId: id });
    await expect.poll(() => client.updates.length).toBeGreaterThan(0);
    await start(id);
    await expect.poll(() => statuses(client)).toContain("RUNNING");
  });
});

describe("the list", () => {
  test("many changes become few frames, which end with each job's latest state", async () => {
    const client = await connect();
    expect(await client.ask(ClientEvent.JOBS_SUBSCRIBE, {})).toEqual({ ok: true });
    const before = performance.now();
    const jobs = await Promise.all(Array.from({ length: 30 }, insert));
    await Promise.all(jobs.map(({ id }) => start(id)));
    await Promise.all(jobs.map(({ id }) => finish(id)));
    const latest = () => new Map(client.frames.flat().map(({ id, status }) => [id, status]));
    await expect.poll(() => jobs.filter(({ id }) => latest().get(id) === "COMPLETED")).toHaveLength(30);
    const seconds = (performance.now() - before) / 1_000;
    expect(client.frames.length).toBeLessThanOrEqual(10 * seconds + 1);
    expect(client.frames.length).toBeLessThan(60);
    for (const item of client.frames.flat()) expect(item).not.toHaveProperty("result");
    expect(client.updates).toEqual([]);
  });

  test("is still after unsubscribing, and has only one's own jobs", async () => {
    const [client, witness] = [await connect(), await connect()];
    await witness.ask(ClientEvent.JOBS_SUBSCRIBE);
    await client.ask(ClientEvent.JOBS_SUBSCRIBE, {});
    expect(await client.ask(ClientEvent.JOBS_UNSUBSCRIBE, {})).toEqual({ ok: true });
    await api.backplane.jobs.insert(newJob({ owner: "somebody else" }));
    const { id } = await insert();
    await expect.poll(() => witness.frames.flat().map((item) => item.id)).toEqual([id]);
    expect(client.frames).toEqual([]);
  });
});
