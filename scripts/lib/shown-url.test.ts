import { expect, test } from "vitest";

import { withoutPassword } from "./shown-url.ts";

test.each([
  ["redis://:secret@host:6379/1", "redis://***@host:6379/1"],
  ["mongodb://user:secret@a,b/db", "mongodb://***@a,b/db"],
  ["redis://host", "redis://host"],
])("%s is shown as %s", (url, shown) => {
  expect(withoutPassword(url)).toBe(shown);
});
