import { expect, test } from "vitest";

import { readOptions } from "./options.ts";

test("the usual sizes, the quick ones, and what is named", () => {
  expect(readOptions([])).toMatchObject({ samples: 300, pairs: 30, blocks: 6, json: undefined });
  expect(readOptions(["--quick", "--pairs", "9", "--json", "f"])).toMatchObject({ samples: 30, pairs: 9, json: "f" });
});

test.each([
  [["--samples", "none"], /--samples none/],
  [["--pairs", "0"], /--pairs 0/],
  [["--fast"], /--fast/],
])("%j is refused", (args, why) => {
  expect(() => readOptions(args)).toThrow(why);
});
