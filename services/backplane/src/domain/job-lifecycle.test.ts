import { ExitReason } from "@lambda-lite/shared";
import type { JobSummary } from "@lambda-lite/shared";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { JobEvents, JobQueue } from "../ports/index.ts";
import { newJob, openTestBackplane, silentLogger } from "../testing/index.ts";
import type { TestBackplane } from "../testing/index.ts";
import { createJobLifecycle } from "./job-lifecycle.ts";

let backplane: TestBackplane;
const heard: JobSummary[] = [];
beforeAll(async () => {
  backplane = await openTestBackplane();
  backplane.events.subscribe((job) => heard.push(job));
  // The subscription is under way; a first event tells when it stands.
  await vi.waitFor(async () => {
    const probe = await backplane.jobs.insert(newJob());
    await backplane.jobs.requestCancel(probe.id, "local");
    await vi.waitFor(() => expect(heard.length).toBeGreaterThan(0), { timeout: 200 });
  });
});
afterAll(() => backplane.close());

const WORKER = { workerId: "w", epoch: 1 };
const queued = (id: string, attempt: number) =>
  backplane.queue.has([{ id, attempt, pool: "default", priority: 4 }]).then(([answer]) => answer === true);

test("every transition is told, in order, and a runnable job is queued", async () => {
  const { id } = await backplane.jobs.insert(newJob({ code: "secret()" }));
  await vi.waitFor(async () => expect(await queued(id, 1)).toBe(true));
  await backplane.jobs.claim({ id, attempt: 1 }, WORKER, "t1");
  await backplane.jobs.release(
    { id, token: "t1" },
    { reason: ExitReason.SANDBOX_ERROR, countsAs: "nothing", error: "", delayMs: 0 },
  );
  await vi.waitFor(async () => expect(await queued(id, 2)).toBe(true));
  await backplane.jobs.claim({ id, attempt: 2 }, WORKER, "t2");
  const outcome = {
    success: true,
    result: { big: false },
    logs: "not in events",
    exit: { reason: ExitReason.OK },
    executionTime: 1,
    sandboxStartTime: 1,
  };
  await backplane.jobs.finish({ id, token: "t2" }, outcome);
  const own = () => heard.filter((job) => job.id === id);
  await vi.waitFor(() => expect(own()).toHaveLength(5));
  expect(own().map(({ status }) => status)).toEqual(["PENDING", "RUNNING", "PENDING", "RUNNING", "COMPLETED"]);
  expect(own().map(({ revision }) => revision)).toEqual([1, 2, 3, 4, 5]);
  expect(own().at(-1)?.result).toEqual({ big: false });
  expect(JSON.stringify(own())).not.toMatch(/secret|not in events/);
  await backplane.queue.remove({ id, attempt: 1, pool: "default", priority: 4 });
  await backplane.queue.remove({ id, attempt: 2, pool: "default", priority: 4 });
});

test("a large result stays out of events", async () => {
  const { id } = await backplane.jobs.insert(newJob());
  await backplane.jobs.claim({ id, attempt: 1 }, WORKER, "t");
  await backplane.jobs.finish(
    { id, token: "t" },
    {
      success: true,
      result: "x".repeat(20_000),
      logs: "",
      exit: { reason: ExitReason.OK },
      executionTime: 1,
      sandboxStartTime: 1,
    },
  );
  await vi.waitFor(() => expect(heard.find((job) => job.id === id && job.status === "COMPLETED")).toBeDefined());
  expect(heard.find((job) => job.id === id && job.status === "COMPLETED")).not.toHaveProperty("result");
  await backplane.queue.remove({ id, attempt: 1, pool: "default", priority: 4 });
});

test("a cancelled pending job leaves the queue", async () => {
  const { id } = await backplane.jobs.insert(newJob());
  await vi.waitFor(async () => expect(await queued(id, 1)).toBe(true));
  await backplane.jobs.requestCancel(id, "local");
  await vi.waitFor(async () => expect(await queued(id, 1)).toBe(false));
});

test("a queue and an event bus that fail change no answer", async () => {
  const broken = () => Promise.reject(new Error("Redis is away"));
  const lifecycle = createJobLifecycle({
    store: backplane.jobs,
    queue: { ...backplane.queue, enqueue: broken } satisfies JobQueue,
    events: { ...backplane.events, publish: broken } satisfies JobEvents,
    cancels: { publish: broken },
    logger: silentLogger,
  });
  const job = await lifecycle.insert(newJob());
  await lifecycle.settle();
  expect(job.status).toBe("PENDING");
  await backplane.jobs.requestCancel(job.id, "local");
});
