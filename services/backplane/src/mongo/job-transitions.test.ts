import { ExitReason, FAULT_BUDGET } from "@lambda-lite/shared";
import type { JobExecutionResult, JobStatus } from "@lambda-lite/shared";
import { Types } from "mongoose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Claimant, Held, JobStore, Return } from "../ports/index.ts";
import { newJob, openTestBackplane } from "../testing/index.ts";
import type { TestBackplane } from "../testing/index.ts";

let backplane: TestBackplane;
let store: JobStore;
let living: Claimant;

const OFFER = { engineId: "e", pool: "default", runtimes: [], isolations: [], slots: 1, busy: 0 };
const DONE: JobExecutionResult = {
  success: true,
  result: 5,
  logs: "adding\n",
  exit: { reason: ExitReason.OK },
  executionTime: 3.5,
  sandboxStartTime: 200,
};
const FAULT: Return = { reason: ExitReason.SANDBOX_ERROR, countsAs: "fault", error: "engine gone", delayMs: 0 };
const DRAIN: Return = { ...FAULT, countsAs: "nothing" };

beforeAll(async () => {
  backplane = await openTestBackplane();
  store = backplane.jobs;
  living = await backplane.workers.register("living-worker", OFFER);
});
afterAll(() => backplane.close());

/** A job in a given state, with the token of its last claim. */
interface Prepared extends Held {
  status: JobStatus;
}

async function prepare(state: JobStatus | "CANCEL_ASKED" | "RETRIED", by: Claimant = living): Promise<Prepared> {
  const { id } = await store.insert(newJob());
  const token = `$token-of-${id}`;
  const held = { id, token };
  if (state === "PENDING") return { ...held, status: state };
  if (state === "CANCELLED") {
    await store.requestCancel(id, "local");
    return { ...held, status: state };
  }
  expect(await store.claim({ id, attempt: 1 }, by, token)).not.toBeNull();
  if (state === "RETRIED") await store.release(held, DRAIN);
  if (state === "CANCEL_ASKED") await store.requestCancel(id, "local");
  if (state === "COMPLETED") await store.finish(held, DONE);
  if (state === "FAILED") {
    const { result: _result, ...rest } = DONE;
    const exit = { reason: ExitReason.USER_ERROR };
    await store.finish(held, { ...rest, success: false, error: "Error: no", exit });
  }
  const job = await store.find(id, "local");
  return { ...held, status: job?.status as JobStatus };
}

const read = async ({ id }: { id: string }) => {
  const doc = await backplane.mongo.collection("jobs").findOne({ _id: new Types.ObjectId(id) });
  expect(doc).not.toBeNull();
  return doc as Record<string, unknown>;
};

type Attempt = (job: Prepared) => Promise<unknown>;

const transitions: Record<string, Attempt> = {
  claim: ({ id }) => store.claim({ id, attempt: 1 }, living, "t"),
  "claim of the next attempt": ({ id }) => store.claim({ id, attempt: 2 }, living, "t"),
  release: (job) => store.release(job, DRAIN),
  "release with a wrong token": ({ id }) => store.release({ id, token: "x" }, DRAIN),
  finish: (job) => store.finish(job, DONE),
  "finish with a wrong token": ({ id }) => store.finish({ id, token: "x" }, DONE),
  "expire under a living worker": (job) => store.expire({ ...job, ...living }, FAULT),
  "expire under a dead worker": (job) => store.expire({ ...job, workerId: "nobody", epoch: 1 }, FAULT),
  "expire under an older life": (job) => store.expire({ ...job, ...living, epoch: living.epoch - 1 }, FAULT),
};

type From = JobStatus | "CANCEL_ASKED" | "RETRIED";
/** One row: from this state, this transition leads there, or is refused (null) and changes nothing. */
const table: Array<[From, keyof typeof transitions, JobStatus | null]> = [
  ["PENDING", "claim", "RUNNING"],
  ["PENDING", "claim of the next attempt", null],
  ["PENDING", "release", null],
  ["PENDING", "finish", null],
  ["PENDING", "expire under a dead worker", null],
  ["RETRIED", "claim", null],
  ["RETRIED", "claim of the next attempt", "RUNNING"],
  ["RETRIED", "finish", null],
  ["RETRIED", "release", null],
  ["RUNNING", "claim", null],
  ["RUNNING", "claim of the next attempt", null],
  ["RUNNING", "release", "PENDING"],
  ["RUNNING", "release with a wrong token", null],
  ["RUNNING", "finish", "COMPLETED"],
  ["RUNNING", "finish with a wrong token", null],
  ["RUNNING", "expire under a living worker", null],
  ["RUNNING", "expire under a dead worker", "PENDING"],
  ["RUNNING", "expire under an older life", "PENDING"],
  ["CANCEL_ASKED", "claim", null],
  ["CANCEL_ASKED", "release", "CANCELLED"],
  // A real outcome beats a pending cancel.
  ["CANCEL_ASKED", "finish", "COMPLETED"],
  ["CANCEL_ASKED", "expire under a dead worker", "CANCELLED"],
  ...(["COMPLETED", "FAILED", "CANCELLED"] as const).flatMap((ended) =>
    (["claim", "claim of the next attempt", "release", "expire under a dead worker"] as const).map(
      (name): [From, string, null] => [ended, name, null],
    ),
  ),
  ["CANCELLED", "finish", null],
  ["COMPLETED", "finish with a wrong token", null],
];

describe("transition table", () => {
  test.each(table)("%s: %s → %s", async (from, name, to) => {
    const job = await prepare(from);
    const before = await read(job);
    const answer = await (transitions[name] as Attempt)(job);
    const after = await read(job);
    if (to === null) {
      expect(answer).toBeNull();
      expect(after).toEqual(before);
    } else {
      expect(answer).not.toBeNull();
      expect(after["status"]).toBe(to);
      expect(after["revision"]).toBe((before["revision"] as number) + 1);
    }
  });
});

describe("finish", () => {
  test("said twice by the same holder succeeds twice and is recorded once", async () => {
    const job = await prepare("COMPLETED");
    const recorded = await read(job);
    const again = await store.finish(job, { ...DONE, result: 6 });
    expect(again).toMatchObject({ status: "COMPLETED", result: 5 });
    expect(await read(job)).toEqual(recorded);
  });

  test("of a job that has moved on to another worker is discarded", async () => {
    const job = await prepare("RUNNING");
    await store.expire({ ...job, workerId: "nobody", epoch: 0 }, FAULT);
    await store.claim({ id: job.id, attempt: 2 }, living, "new owner");
    expect(await store.finish(job, DONE)).toBeNull();
    expect(await store.find(job.id, "local")).toMatchObject({ status: "RUNNING", attempt: 2 });
  });

  test("keeps results that Mongo itself would refuse", async () => {
    const job = await prepare("RUNNING");
    let deep: unknown = 1;
    for (let i = 0; i < 400; i += 1) deep = [deep];
    const awkward = JSON.parse('{"$where":1,"a.b":"$code","":null,"__proto__":{"x":"\\u0000"}}');
    await store.finish(job, { ...DONE, result: [awkward, deep] as never, logs: "$code\u0000" });
    const stored = await store.find(job.id, "local");
    expect(JSON.stringify(stored?.result)).toBe(JSON.stringify([awkward, deep]));
    expect(stored?.logs).toBe("$code\u0000");
  });
});

describe("claim", () => {
  test("of twenty at once, exactly one wins", async () => {
    const { id } = await prepare("PENDING");
    const claims = await Promise.all(
      Array.from({ length: 20 }, (_, n) => store.claim({ id, attempt: 1 }, living, `t${n}`)),
    );
    const won = claims.filter((claim) => claim !== null);
    expect(won).toHaveLength(1);
    expect(await read({ id })).toMatchObject({ attempt: 1, token: won[0]?.value.token });
  });

  test("waits for availableAt", async () => {
    const { id } = await prepare("PENDING");
    const later = new Date(Date.now() + 60_000);
    const jobs = backplane.mongo.collection("jobs");
    await jobs.updateOne({ _id: new Types.ObjectId(id) }, { $set: { availableAt: later } });
    expect(await store.claim({ id, attempt: 1 }, living, "t")).toBeNull();
  });

  test("carries what the worker needs, and a text that looks like a field stays a text", async () => {
    const { id } = await store.insert(newJob({ code: "$owner", args: ["$code", { $x: 1 }] }));
    const claimed = await store.claim({ id, attempt: 1 }, living, "$owner");
    expect(claimed?.value).toMatchObject({
      code: "$owner",
      argsJson: '["$code",{"$x":1}]',
      token: "$owner",
      attempt: 1,
      limits: { timeout: 30_000 },
    });
    expect(claimed?.value.queueTime).toBeGreaterThanOrEqual(0);
    expect(claimed?.summary).not.toHaveProperty("code");
  });
});

describe("faults", () => {
  test("are counted for the platform only, and the last of the budget ends the job", async () => {
    const { id } = await prepare("PENDING");
    for (let attempt = 1; attempt <= FAULT_BUDGET; attempt += 1) {
      const token = `t${attempt}`;
      expect(await store.claim({ id, attempt }, living, token)).not.toBeNull();
      const given = await store.release({ id, token }, FAULT);
      expect(given?.status).toBe(attempt < FAULT_BUDGET ? "PENDING" : "FAILED");
    }
    expect(await store.find(id, "local")).toMatchObject({
      status: "FAILED",
      exit: { reason: "SANDBOX_ERROR" },
      error: "engine gone",
    });
  });

  test("a drain costs nothing however often it happens", async () => {
    const { id } = await prepare("PENDING");
    for (let attempt = 1; attempt <= FAULT_BUDGET + 2; attempt += 1) {
      await store.claim({ id, attempt }, living, `t${attempt}`);
      await store.release({ id, token: `t${attempt}` }, DRAIN);
    }
    const doc = await read({ id });
    expect(doc).toMatchObject({ status: "PENDING", faults: 0, attempt: FAULT_BUDGET + 2 });
    expect(doc).not.toHaveProperty("token");
  });
});

describe("requestCancel", () => {
  test("ends a pending job at once", async () => {
    const job = await prepare("PENDING");
    expect(await store.requestCancel(job.id, "local")).toMatchObject({
      outcome: "cancelled",
      summary: { status: "CANCELLED", exit: { reason: "CANCELLED" } },
    });
  });

  test("marks a running job, which its worker sees", async () => {
    const job = await prepare("RUNNING");
    expect(await store.requestCancel(job.id, "local")).toMatchObject({ outcome: "requested" });
    const held = await store.heldBy(living);
    expect(held).toContainEqual({ id: job.id, token: job.token, cancelRequested: true });
  });

  test("says how a finished job ended, and changes nothing", async () => {
    const job = await prepare("COMPLETED");
    const before = await read(job);
    expect(await store.requestCancel(job.id, "local")).toMatchObject({
      outcome: "already-finished",
      summary: { status: "COMPLETED" },
    });
    expect(await read(job)).toEqual(before);
  });

  test("doesn't see other people's jobs", async () => {
    const job = await prepare("PENDING");
    expect(await store.requestCancel(job.id, "somebody else")).toBeNull();
  });
});

test("an overdue job is expired although its worker lives", async () => {
  const job = await prepare("RUNNING");
  const past = new Date(Date.now() - 60_000);
  await backplane.mongo.collection("jobs").updateOne({ _id: new Types.ObjectId(job.id) }, { $set: { deadline: past } });
  expect((await store.overdue(500)).map(({ id }) => id)).toEqual([job.id]);
  expect(await store.expire({ ...job, ...living }, FAULT)).toMatchObject({
    status: "PENDING",
  });
});
