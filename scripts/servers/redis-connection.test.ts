import { expect, test } from "vitest";

import { isRecentEnough } from "./redis-connection.ts";

test.each([
  [7, 0, true],
  [6, 2, true],
  [6, 0, false],
  [5, 9, false],
  [10, 0, true],
])("Redis %i.%i: %s", (major, minor, expected) => {
  expect(isRecentEnough(major, minor)).toBe(expected);
});
