import { expect, test } from "vitest";
import { mergeIntoList, newest, withLive } from "./newest.ts";

const job = (id: string, revision: number, createdAt = id) => ({ id, revision, createdAt });

test("an older state that arrives late changes nothing", () => {
  const known = job("a", 3);
  expect(newest(known, job("a", 2))).toBe(known);
});

test("a newer state, an equal one, and another job take its place", () => {
  for (const arrived of [job("a", 4), job("a", 3), job("b", 1)]) {
    expect(newest(job("a", 3), arrived)).toBe(arrived);
  }
});

test("a list keeps its order and its size, whatever comes in whatever order", () => {
  const list = [job("3", 1), job("2", 1), job("1", 1)];
  const merged = mergeIntoList(list, [job("4", 1), job("2", 5), job("2", 4)], 3);
  expect(merged).toEqual([job("4", 1), job("3", 1), job("2", 5)]);
});

test("a newer event changes what was read, and keeps what events don't carry", () => {
  const read = { ...job("a", 2), code: "1", status: "PENDING" };
  expect(withLive(read, { ...job("a", 3), status: "RUNNING" })).toEqual({ ...read, revision: 3, status: "RUNNING" });
});

test("an older event, an equal one, another job's and none leave what was read as it is", () => {
  const read = job("a", 3);
  for (const live of [job("a", 2), job("a", 3), job("b", 9), undefined]) expect(withLive(read, live)).toBe(read);
});
