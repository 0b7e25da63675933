import { expect, test } from "vitest";
import { PROBLEMS } from "./problem.ts";

test.each(Object.entries(PROBLEMS))("%s has an error's status and a title in words", (code, { status, title }) => {
  expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
  expect(status).toBeGreaterThanOrEqual(400);
  expect(status).toBeLessThan(600);
  expect(title).toMatch(/^[A-Z].*[^.]$/);
});

test("no two problems read the same", () => {
  const titles = Object.values(PROBLEMS).map(({ title }) => title);
  expect(new Set(titles).size).toBe(titles.length);
});

test("only what may pass by itself is a 503: clients retry it", () => {
  const retried = Object.entries(PROBLEMS).filter(([, { status }]) => status === 503);
  expect(retried.map(([code]) => code)).toEqual(["STORE_UNAVAILABLE"]);
});
