import { afterEach, expect, test, vi } from "vitest";

import type { CallEnd } from "../load/api-call.ts";
import { createJobWatcher, digestOf } from "./job-watcher.ts";
import type { JobWatcher } from "./job-watcher.ts";

const ID = "a".repeat(24);
const running = { id: ID, status: "RUNNING", attempt: 1 };
const ended = {
  ...running,
  status: "COMPLETED",
  exit: { reason: "OK" },
  completedAt: "2026-01-01T00:00:00.000Z",
};

let watcher: JobWatcher | undefined;
afterEach(() => watcher?.stop());

/** An API that answers with what `job` is by then; undefined: it doesn't know it. */
function watch(job: () => (typeof running & { result?: unknown }) | undefined): JobWatcher {
  const answer = (status: number, body: unknown): CallEnd => ({ kind: "answered", status, body });
  const call = async (_api: string, _what: string, path: string) => {
    const found = job();
    if (path.startsWith("/api/jobs?")) return answer(200, { jobs: found ? [{ ...found, result: undefined }] : [] });
    return found ? answer(200, found) : answer(404, {});
  };
  watcher = createJobWatcher({ call }, { lookMs: 1, secondLookMs: 20 });
  watcher.expect(ID);
  watcher.start();
  return watcher;
}

test("sees a job's end, and looks at it once more", async () => {
  let looks = 0;
  const seen = watch(() => ((looks += 1) < 5 ? running : { ...ended, result: { n: 1 } }));
  expect(seen.unfinished()).toBe(1);
  await vi.waitFor(() => expect(seen.sightings.get(ID)).toHaveLength(2));
  expect(seen.unfinished()).toBe(0);
  const outcome = {
    status: "COMPLETED",
    attempt: 1,
    exitReason: "OK",
    completedAtMs: Date.UTC(2026, 0, 1),
    digest: digestOf('{"n":1}', undefined),
  };
  expect(seen.sightings.get(ID)?.map((sighting) => sighting.outcome)).toEqual([outcome, outcome]);
});

test("sees that a job's end changed", async () => {
  let looks = 0;
  const seen = watch(() => ({ ...ended, result: (looks += 1) < 4 ? 1 : 2 }));
  await vi.waitFor(() => expect(seen.sightings.get(ID)).toHaveLength(2));
  const [first, second] = seen.sightings.get(ID) ?? [];
  expect(first?.outcome).not.toEqual(second?.outcome);
});

test("tells of a job that the API doesn't know", async () => {
  const seen = watch(() => undefined);
  await vi.waitFor(() => expect([...seen.missing]).toEqual([ID]));
});
