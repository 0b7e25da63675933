import type { JobListItem } from "@lambda-lite/shared";
import { DEFAULT_LIMITS } from "@lambda-lite/shared";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createListCoalescer } from "./list-coalescer.ts";

const FRAME_MS = 100;
let frames: Array<{ owner: string; jobs: JobListItem[] }>;
let lists: ReturnType<typeof createListCoalescer>;

beforeEach(() => {
  vi.useFakeTimers();
  frames = [];
  lists = createListCoalescer((owner, jobs) => frames.push({ owner, jobs }));
});
afterEach(() => {
  lists.close();
  vi.useRealTimers();
});

function change(id: string, revision: number, owner = "local"): JobListItem {
  return {
    id,
    _id: id,
    owner,
    pool: "default",
    priority: 4,
    status: "PENDING",
    attempt: 0,
    revision,
    limits: { ...DEFAULT_LIMITS },
    availableAt: "2026-01-01T00:00:00.000Z",
    createdAt: "2026-01-01T00:00:00.000Z",
  };
}
const told = () => frames.map(({ jobs }) => jobs.map(({ id, revision }) => `${id}${revision}`));

test("many changes of a job become one frame with the latest state", () => {
  for (let revision = 1; revision <= 50; revision += 1) lists.add(change("a", revision));
  expect(frames).toEqual([]);
  vi.advanceTimersByTime(FRAME_MS);
  expect(told()).toEqual([["a50"]]);
});

test("a late older state doesn't undo a newer one", () => {
  lists.add(change("a", 3));
  lists.add(change("a", 2));
  vi.advanceTimersByTime(FRAME_MS);
  expect(told()).toEqual([["a3"]]);
});

test("at most ten frames a second, however steady the changes, and the last one is told", () => {
  for (let step = 1; step <= 1_000; step += 1) {
    lists.add(change("a", step));
    vi.advanceTimersByTime(1);
  }
  vi.advanceTimersByTime(FRAME_MS);
  expect(frames.length).toBeLessThanOrEqual(11);
  expect(frames.length).toBeGreaterThanOrEqual(9);
  expect(told().at(-1)).toEqual(["a1000"]);
});

test("after a pause a change is told at once, and the next ones at their pace", () => {
  lists.add(change("a", 1));
  vi.advanceTimersByTime(10 * FRAME_MS);
  lists.add(change("a", 2));
  lists.add(change("b", 1));
  vi.advanceTimersByTime(FRAME_MS / 4);
  expect(told()).toEqual([["a1"], ["a2", "b1"]]);
  lists.add(change("a", 3));
  vi.advanceTimersByTime(FRAME_MS / 2);
  expect(frames).toHaveLength(2);
  vi.advanceTimersByTime(FRAME_MS / 2);
  expect(told().at(-1)).toEqual(["a3"]);
});

test("owners get their own jobs only", () => {
  lists.add(change("a", 1, "ann"));
  lists.add(change("b", 1, "bob"));
  vi.advanceTimersByTime(FRAME_MS);
  expect(frames.map(({ owner, jobs }) => [owner, jobs.map(({ id }) => id)])).toEqual([
    ["ann", ["a"]],
    ["bob", ["b"]],
  ]);
});

test("a frame holds the hundred jobs that changed last, in that order", () => {
  for (let n = 0; n < 150; n += 1) lists.add(change(`j${n}-`, 1));
  lists.add(change("j0-", 2));
  vi.advanceTimersByTime(FRAME_MS);
  const [frame] = told();
  expect(frame).toHaveLength(100);
  expect(frame?.at(0)).toBe("j51-1");
  expect(frame?.slice(-2)).toEqual(["j149-1", "j0-2"]);
});

test("nothing is told without a change, or after the end", () => {
  lists.add(change("a", 1));
  vi.advanceTimersByTime(10 * FRAME_MS);
  expect(frames).toHaveLength(1);
  lists.add(change("a", 2));
  lists.close();
  vi.advanceTimersByTime(10 * FRAME_MS);
  expect(frames).toHaveLength(1);
});
