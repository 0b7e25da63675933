import { describe, expect, test } from "vitest";

import type { Refusal } from "../load/call-log.ts";
import type { Submission } from "../load/load.ts";
import type { RoundRecord } from "../rounds.ts";
import type { PartName } from "../stack/parts.ts";
import type { Incident } from "../stack/program.ts";
import type { JobRecord } from "../watch/job-database.ts";
import { digestOf } from "../watch/job-watcher.ts";
import type { Sighting } from "../watch/job-watcher.ts";
import type { Evidence } from "./evidence.ts";
import { judge } from "./judge.ts";

const ID = "a".repeat(24);
const resultJson = JSON.stringify({ number: 3, square: 9, token: "0.1", text: "" });

const submission: Submission = {
  number: 3,
  sort: "sleeping",
  code: "",
  args: [3, 2_000, 0],
  timeout: 120_000,
  sentAtMs: 1_000,
  acceptedId: ID,
  expected: { status: "COMPLETED", exitReason: "OK", textLength: 0, atLeastMs: 2_000 },
};
const record: JobRecord = {
  id: ID,
  number: 3,
  status: "COMPLETED",
  attempt: 1,
  revision: 3,
  faults: 0,
  exitReason: "OK",
  resultJson,
  availableAtMs: 1_000,
  startedAtMs: 1_100,
  completedAtMs: 3_400,
  executionTimeMs: 2_010,
};
const sighting: Sighting = {
  atMs: 4_000,
  by: "api",
  status: "COMPLETED",
  attempt: 1,
  outcome: {
    status: "COMPLETED",
    attempt: 1,
    completedAtMs: 3_400,
    exitReason: "OK",
    digest: digestOf(resultJson, undefined),
  },
};
const running: Sighting = { atMs: 2_000, by: "api", status: "RUNNING", attempt: 1 };

/** A run in which everything went well. */
const good: Evidence = {
  submissions: [submission],
  sightings: new Map([[ID, [running, sighting, sighting]]]),
  missing: new Set(),
  reads: [[record], [record]],
  refusals: [],
  rounds: [],
  incidents: [],
  revivedLeases: [],
  leftovers: [],
  deadLetterFlaws: [],
};
const judged = (changes: Partial<Evidence>) => judge({ ...good, ...changes });
const reads = (...changes: Array<Partial<JobRecord>>) => ({
  reads: changes.map((change) => [{ ...record, ...change }]),
});

function round(kind: string, target: PartName, changes: Partial<RoundRecord> = {}): RoundRecord {
  const times = { fromMs: 10_000, healMs: 20_000, toMs: 21_000 };
  return { number: 1, kind, target, alone: false, hits: {}, facts: {}, recoveries: [], ...times, ...changes };
}

test("has nothing against a run in which everything went well", () => {
  expect(judged({})).toEqual([]);
});

describe("a job is", () => {
  test.each<[string, string, Partial<Evidence>]>([
    ["lost when it isn't stored", "lost", { reads: [[]] }],
    ["lost when it isn't stored any more", "lost", { reads: [[record], []] }],
    ["lost when the API doesn't know it", "lost", { missing: new Set([ID]) }],
    ["lost when it never ends", "lost", { ...reads({ status: "PENDING" }), sightings: new Map() }],
    ["wrong when it ends otherwise", "wrong", reads({ status: "FAILED", exitReason: "WORKER_LOST" })],
    ["wrong when it ends for another reason", "wrong", reads({ exitReason: "TIMEOUT" })],
    ["wrong when its result is another job's", "wrong", reads({ resultJson: resultJson.replace("9", "16") })],
    ["wrong when its result is missing", "wrong", reads({ resultJson: "null" })],
    ["wrong when nobody submitted it", "wrong", reads({ number: 4 })],
    ["wrong when it ends sooner than it can", "wrong", reads({ startedAtMs: 3_000 })],
    ["wrong when it ran for longer than it lasted", "wrong", reads({ executionTimeMs: 9_000 })],
    ["doubled when it is two", "doubled", { reads: [[record, { ...record, id: "b".repeat(24) }]] }],
    ["doubled when it is another than the one that was accepted", "doubled", reads({ id: "b".repeat(24) })],
    ["doubled when its result changes", "doubled", reads({}, { resultJson: resultJson.replace("0.1", "0.2") })],
    ["doubled when it ends at another time", "doubled", reads({}, { completedAtMs: 3_500 })],
    ["doubled when it ends in another attempt", "doubled", reads({}, { attempt: 2 })],
    ["doubled when it runs again after its end", "doubled", reads({}, { status: "RUNNING" })],
    ["doubled when the API saw another end", "doubled", reads({ resultJson: resultJson.replace("0.1", "0.2") })],
  ])("%s", (_, charge, changes) => {
    // Sightings of another end than the read one are a case of their own.
    const alone = charge === "wrong" ? { sightings: new Map() } : {};
    expect(judged({ ...changes, ...alone }).map((violation) => violation.charge)).toContain(charge);
  });

  test("doubled when the API saw it run after its end", () => {
    const again: Sighting = { atMs: 5_000, by: "api", status: "RUNNING", attempt: 2 };
    const charges = judged({ sightings: new Map([[ID, [sighting, again, sighting]]]) }).map(({ charge }) => charge);
    expect(charges).toEqual(["doubled"]);
  });

  test("fine when its answer got lost and it is stored all the same", () => {
    const { acceptedId: _, ...unanswered } = submission;
    expect(judged({ submissions: [unanswered] })).toEqual([]);
  });

  test("fine when its answer got lost and it isn't stored", () => {
    const { acceptedId: _, ...unanswered } = submission;
    expect(judged({ submissions: [unanswered], sightings: new Map(), reads: [[]] })).toEqual([]);
  });

  test("wrong when it fails with another error than its own", () => {
    const failing = {
      ...submission,
      expected: { ...submission.expected, status: "FAILED", exitReason: "USER_ERROR", error: "as planned: 3" },
    };
    const failed = { status: "FAILED", exitReason: "USER_ERROR" };
    const on = (error: string) =>
      judged({ submissions: [failing as Submission], sightings: new Map(), ...reads({ ...failed, error }) });
    expect(on("Error: as planned: 3")).toEqual([]);
    expect(on("Error: something else")).toMatchObject([{ charge: "wrong" }]);
  });
});

describe("a refusal", () => {
  const refusal: Refusal = {
    atMs: 15_000,
    tookMs: 1_900,
    api: "api-1",
    what: "submit",
    kind: "answered",
    status: 503,
    detail: "",
  };
  const closed: Refusal = { atMs: 15_000, tookMs: 5, api: "api-1", what: "submit", kind: "closed", detail: "" };

  test.each<[string, Refusal, RoundRecord[], number]>([
    ["with 503 while Mongo is away is fine", refusal, [round("mongo-kill", "mongo")], 0],
    [
      "with 503 within ten seconds of Mongo's return is fine",
      { ...refusal, atMs: 30_000 },
      [round("mongo-kill", "mongo")],
      0,
    ],
    ["with 503 later than that is none", { ...refusal, atMs: 34_000 }, [round("mongo-kill", "mongo")], 1],
    ["with 503 that takes its time is none", { ...refusal, tookMs: 3_500 }, [round("mongo-kill", "mongo")], 1],
    [
      "with 503 may take its time while a disk is full",
      { ...refusal, tookMs: 9_000 },
      [round("mongo-disk-full", "mongo")],
      0,
    ],
    ["with 503 while only Redis is away is none", refusal, [round("redis-kill", "redis")], 1],
    ["with 503 while nothing is away is none", refusal, [], 1],
    ["with 500 is none", { ...refusal, status: 500 }, [round("mongo-kill", "mongo")], 1],
    ["without an answer is none", { ...closed, kind: "hung" }, [round("api-kill", "api-1")], 1],
    ["by a closed connection of an API that was hit is fine", closed, [round("api-kill", "api-1")], 0],
    ["by a closed connection of the other API is none", closed, [round("api-kill", "api-2")], 1],
  ])("%s", (_, seen, rounds, count) => {
    expect(judged({ refusals: [seen], rounds }).filter(({ charge }) => charge === "refused")).toHaveLength(count);
  });
});

describe("a promise in seconds", () => {
  const recovery = (after: "kill" | "drain", againMs: number | undefined) => ({ id: ID, after, againMs });
  test.each<["kill" | "drain", number | undefined, boolean, number]>([
    ["kill", 29_000, true, 0],
    ["kill", 31_000, true, 1],
    ["kill", undefined, true, 1],
    ["kill", 31_000, false, 0],
    ["drain", 1_900, true, 0],
    ["drain", 3_100, true, 1],
  ])("after a %s and %s ms, alone: %s", (after, againMs, alone, count) => {
    const rounds = [round("worker-kill", "worker-1", { alone, recoveries: [recovery(after, againMs)] })];
    expect(judged({ rounds }).filter(({ charge }) => charge === "late")).toHaveLength(count);
  });
});

describe("an end that nobody wished for", () => {
  const incident: Incident = { atMs: 15_000, program: "worker-1", kind: "crash", what: "ended with code 1" };
  test.each<[string, Incident, RoundRecord[], number]>([
    ["of a service is a crash", incident, [round("mongo-kill", "mongo")], 1],
    ["of a server isn't judged", { ...incident, program: "mongo" }, [], 0],
    ["at a start without a server is fine", { ...incident, kind: "start" }, [round("docker-kill", "docker")], 0],
    ["at a start with all servers is a crash", { ...incident, kind: "start" }, [round("api-kill", "api-1")], 1],
    ["with another code than 0 is a crash", { ...incident, kind: "unclean" }, [], 1],
    [
      "unclean, behind a partition, is fine",
      { ...incident, kind: "unclean" },
      [round("partition-mongo", "worker-1")],
      0,
    ],
    [
      "unclean, behind another's partition, is a crash",
      { ...incident, kind: "unclean" },
      [round("partition-mongo", "worker-2")],
      1,
    ],
  ])("%s", (_, seen, rounds, count) => {
    expect(judged({ incidents: [seen], rounds }).filter(({ charge }) => charge === "crashed")).toHaveLength(count);
  });
});

test("leftovers, revived leases, a dead letter that lives and a harness that failed are violations", () => {
  expect(judged({ leftovers: ["container x"] })).toEqual([{ charge: "left over", what: "container x" }]);
  expect(judged({ revivedLeases: [{ workerId: "w", epoch: 2, overForMs: 900 }] })).toMatchObject([{ charge: "wrong" }]);
  expect(judged({ deadLetterFlaws: ["it isn't listed"] })).toMatchObject([{ charge: "wrong" }]);
  expect(judged({ rounds: [round("api-kill", "api-1", { error: "no" })] })).toMatchObject([{ charge: "harness" }]);
});
