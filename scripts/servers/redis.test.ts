import { expect, test } from "vitest";

import { isRecentEnough, withoutPassword } from "./redis.ts";

test.each([
  [7, 0, true],
  [6, 2, true],
  [6, 0, false],
  [5, 9, false],
  [10, 0, true],
])("Redis %i.%i: %s", (major, minor, expected) => {
  expect(isRecentEnough(major, minor)).toBe(expected);
});

test.each([
  ["redis://:secret@host:6379/1", "redis://***@host:6379/1"],
  ["mongodb://user:secret@a,b/db", "mongodb://***@a,b/db"],
  ["redis://host", "redis://host"],
])("%s is shown as %s", (url, shown) => {
  expect(withoutPassword(url)).toBe(shown);
});
