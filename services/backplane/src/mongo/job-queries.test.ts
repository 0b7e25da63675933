import { Types } from "mongoose";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newJob, openTestBackplane } from "../testing/index.ts";
import type { TestBackplane } from "../testing/index.ts";

let backplane: TestBackplane;
const ids: string[] = [];

beforeAll(async () => {
  backplane = await openTestBackplane();
  for (let n = 0; n < 25; n += 1) {
    ids.push((await backplane.jobs.insert(newJob({ args: [n] }))).id);
  }
  await backplane.jobs.insert(newJob({ owner: "somebody else" }));
});
afterAll(() => backplane.close());

const page = (overrides: object = {}) => backplane.jobs.list("local", { page: 1, limit: 10, ...overrides });

test("pages are newest first, complete and without repetition", async () => {
  const pages = await Promise.all([1, 2, 3].map((n) => page({ page: n })));
  const listed = pages.flatMap(({ jobs }) => jobs.map(({ id }) => id));
  expect(listed.toSorted()).toEqual(ids.toSorted());
  const dates = pages.flatMap(({ jobs }) => jobs.map(({ createdAt }) => createdAt));
  expect(dates).toEqual(dates.toSorted().toReversed());
  expect(pages[0]).toMatchObject({ total: 25, totalPages: 3, totalCapped: false });
});

test("a list carries no bodies, and nothing of other owners", async () => {
  const { jobs } = await page({ limit: 100 });
  expect(jobs).toHaveLength(25);
  for (const job of jobs) {
    expect(job.owner).toBe("local");
    for (const body of ["code", "args", "result", "logs"]) expect(job).not.toHaveProperty(body);
  }
});

test("filters by status", async () => {
  expect(await page({ status: "RUNNING" })).toMatchObject({ jobs: [], total: 0, totalPages: 0 });
  expect(await page({ status: "PENDING" })).toMatchObject({ total: 25 });
});

test("pages beyond the cap are refused, not walked to", async () => {
  await expect(page({ page: 1_001 })).rejects.toMatchObject({ code: "VALIDATION_FAILED" });
});

test("the walk over due jobs meets each once, in batches, even when they are of one moment", async () => {
  const same = new Date(Date.now() - 1_000);
  await backplane.mongo.collection("jobs").updateMany({}, { $set: { availableAt: same } });
  const met: string[] = [];
  let cursor = null;
  for (;;) {
    const batch = await backplane.jobs.due(cursor, 7);
    met.push(...batch.map(({ id }) => id));
    cursor = batch.at(-1)?.cursor ?? null;
    if (batch.length < 7) break;
  }
  expect(met).toHaveLength(26);
  expect(new Set(met).size).toBe(26);
});

test("a job that isn't due yet is not met", async () => {
  const later = new Date(Date.now() + 60_000);
  await backplane.mongo
    .collection("jobs")
    .updateOne({ _id: new Types.ObjectId(ids[0]) }, { $set: { availableAt: later } });
  const due = await backplane.jobs.due(null, 100);
  expect(due.map(({ id }) => id)).not.toContain(ids[0]);
});

test("the indexes that the queries rest on exist", async () => {
  const indexes = await backplane.mongo.collection("jobs").indexes();
  const keys = indexes.map(({ key }) => JSON.stringify(key));
  expect(keys).toEqual(
    expect.arrayContaining([
      '{"status":1,"createdAt":-1}',
      '{"createdAt":-1}',
      '{"owner":1,"createdAt":-1,"_id":-1}',
      '{"status":1,"admitted":1,"availableAt":1,"_id":1}',
    ]),
  );
});
