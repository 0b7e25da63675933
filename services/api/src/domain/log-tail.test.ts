import type { LogEntry } from "@lambda-lite/backplane/ports";
import { beforeEach, expect, test } from "vitest";

import { createLogTail } from "./log-tail.ts";
import type { LogTail } from "./log-tail.ts";

const MOST = 10;
const MOST_ENTRIES = 5;
let tail: LogTail;
beforeEach(() => (tail = createLogTail(MOST, MOST_ENTRIES)));

/** A piece of so many letters that ends there. */
const piece = (offset: number, length: number, attempt = 1): LogEntry => ({
  end: { attempt, offset },
  stream: "stdout",
  text: "x".repeat(length),
});
const offsets = (entries: LogEntry[] | undefined) => entries?.map(({ end }) => end.offset);
const after = (offset: number, attempt = 1) => offsets(tail.after({ attempt, offset }));

test("of an empty one nothing is known, until it's told where it begins", () => {
  expect(after(0)).toBeUndefined();
  tail.begin({ attempt: 1, offset: 4 });
  expect(after(4)).toEqual([]);
  expect(after(3)).toBeUndefined();
  tail.add([piece(6, 2)]);
  expect(after(4)).toEqual([6]);
});

test("gives what ends behind a place, from wherever in it", () => {
  tail.add([piece(3, 3), piece(5, 2), piece(9, 4)]);
  expect([after(0), after(3), after(4), after(5), after(9), after(20)]).toEqual([
    [3, 5, 9],
    [5, 9],
    [5, 9],
    [9],
    [],
    [],
  ]);
});

test("keeps the newest text, and knows what it no longer has", () => {
  tail.add([piece(4, 4), piece(8, 4), piece(12, 4)]);
  expect([after(0), after(3)]).toEqual([undefined, undefined]);
  expect(after(4)).toEqual([8, 12]);
  tail.add([piece(40, 28)]);
  expect(after(12)).toEqual([40]);
  expect(after(11)).toBeUndefined();
});

test("keeps no more than so many pieces, however small", () => {
  tail.add([1, 2, 3, 4, 5, 6, 7].map((offset) => piece(offset, 1)));
  expect(after(2)).toEqual([3, 4, 5, 6, 7]);
  expect(after(1)).toBeUndefined();
});

test("what was told before is ignored, what overlaps is kept", () => {
  tail.add([piece(4, 4), piece(6, 2)]);
  tail.add([piece(4, 4), piece(6, 6), piece(7, 3)]);
  expect(offsets(tail.entries())).toEqual([4, 6, 7]);
  expect(tail.end()).toEqual({ attempt: 1, offset: 7 });
});

test("a hole begins it anew: what lies before may be elsewhere", () => {
  tail.add([piece(2, 2), piece(7, 3)]);
  expect([after(2), after(4)]).toEqual([undefined, [7]]);
});

test("another attempt goes on from its own beginning, or leaves a hole", () => {
  tail.add([piece(2, 2), piece(3, 3, 2)]);
  expect(offsets(tail.after({ attempt: 1, offset: 2 }))).toEqual([3]);
  expect(after(0, 2)).toEqual([3]);
  tail.add([piece(1, 1)]);
  expect(offsets(tail.entries())).toEqual([2, 3]);
  tail.add([piece(9, 4, 3)]);
  expect(after(3, 2)).toBeUndefined();
  expect(after(5, 3)).toEqual([9]);
});
