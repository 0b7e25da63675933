import { expect, test } from "vitest";

import { readValueRows, renderValuesTable } from "./values-table.ts";

test("takes every value that a comment describes, with its path and default", () => {
  const text = "a:\n  # -- First.\n  b: 1\n  # -- Second, a | b.\n  c: {}\n# -- Third.\nd: [x]\n";
  expect(readValueRows(text)).toEqual([
    { path: "a.b", usual: "1", description: "First." },
    { path: "a.c", usual: "{}", description: "Second, a | b." },
    { path: "d", usual: '["x"]', description: "Third." },
  ]);
  expect(renderValuesTable(readValueRows(text))).toContain("| `a.c` |  | Second, a \\| b. |");
});

test("what is in a described value needs no comment of its own", () => {
  expect(readValueRows("# -- All.\na:\n  b: { c: 1 }\n")).toEqual([
    { path: "a", usual: '{"b":{"c":1}}', description: "All." },
  ]);
});

test("names the values that nothing describes", () => {
  expect(() => readValueRows("# -- x\na: 1\nb:\n  c: 2\n# no dashes\nd: 3\n")).toThrow("b.c, d");
});
