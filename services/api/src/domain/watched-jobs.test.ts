import { createManualClock, newJob, openTestBackplane, silentLogger } from "@lambda-lite/backplane/testing";
import type { TestBackplane } from "@lambda-lite/backplane/testing";
import type { JobSummary } from "@lambda-lite/shared";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { createWatchedJobs } from "./watched-jobs.ts";

let backplane: TestBackplane;
let clock = createManualClock();
let watched: string[] = [];
let told: JobSummary[] = [];
let reads: string[][] = [];
let jobs: ReturnType<typeof createWatchedJobs>;

beforeAll(async () => {
  backplane = await openTestBackplane();
});
afterAll(() => backplane.close());
beforeEach(() => {
  clock = createManualClock();
  watched = [];
  told = [];
  reads = [];
  const findSummaries = (ids: readonly string[]) => {
    reads.push([...ids]);
    return backplane.jobs.findSummaries(ids);
  };
  jobs = createWatchedJobs({
    watched: () => watched,
    jobs: { findSummaries },
    tell: (job) => told.push(job),
    clock,
    logger: silentLogger,
  });
  jobs.start();
});
afterEach(() => jobs.stop());

test("a change whose event was lost is told within a round, once", async () => {
  const { id } = await backplane.jobs.insert(newJob());
  watched = [id];
  await clock.advance(5_000);
  await vi.waitFor(() => expect(told.map(({ status }) => status)).toEqual(["PENDING"]));
  await backplane.jobs.requestCancel(id, "local");
  await clock.advance(5_000);
  await vi.waitFor(() => expect(told.map(({ status }) => status)).toEqual(["PENDING", "CANCELLED"]));
  await clock.advance(20_000);
  expect(told).toHaveLength(2);
});

test("what has ended, what an event told, and what nobody watches isn't read or told again", async () => {
  const ended = await backplane.jobs.insert(newJob());
  await backplane.jobs.requestCancel(ended.id, "local");
  const [summary] = await backplane.jobs.findSummaries([ended.id]);
  jobs.isNews(summary as JobSummary);
  const open = await backplane.jobs.insert(newJob());
  jobs.isNews((await backplane.jobs.findSummaries([open.id]))[0] as JobSummary);
  watched = [ended.id, open.id];
  await clock.advance(5_000);
  await vi.waitFor(() => expect(reads).toEqual([[open.id]]));
  expect(told).toEqual([]);
  watched = [];
  await clock.advance(20_000);
  expect(reads).toHaveLength(1);
});

test("an event that a newer one has overtaken is no news, nor is one told before", async () => {
  const { id } = await backplane.jobs.insert(newJob());
  const [pending] = (await backplane.jobs.findSummaries([id])) as [JobSummary];
  await backplane.jobs.requestCancel(id, "local");
  const [cancelled] = (await backplane.jobs.findSummaries([id])) as [JobSummary];
  expect([cancelled, pending, cancelled].map((job) => jobs.isNews(job))).toEqual([true, false, false]);
});
