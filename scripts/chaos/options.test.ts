import { expect, test } from "vitest";

import { root } from "../lib/paths.ts";
import { readOptions } from "./options.ts";

test("has a hundred rounds of everything on this checkout, and the dead letter, by default", () => {
  const { run, short, help, json } = readOptions([]);
  expect({ short, help, json }).toEqual({ short: false, help: false, json: undefined });
  expect(run).toMatchObject({ rounds: 100, root, width: 3, deadLetter: true });
  expect(run.only).toBeUndefined();
});

test("takes what is said", () => {
  const args = ["--seed", "7", "--rounds", "3", "--only", "api-kill,redis-kill", "--root", "/x", "--longest-ms", "900"];
  const { run } = readOptions(args);
  expect(run).toMatchObject({ seed: 7, rounds: 3, only: ["api-kill", "redis-kill"], root: "/x" });
  expect(run).toMatchObject({ longestMs: 900, deadLetter: false });
  expect(readOptions(["--only", "dead-letter"]).run.deadLetter).toBe(true);
  expect(readOptions(["--short"]).run.deadLetter).toBe(false);
});

test.each([
  ["--only", "api-kil", "No such fault: api-kil"],
  ["--seed", "x", "--seed x"],
  ["--rounds", "1.5", "--rounds 1.5"],
  ["--sead", "1", "--sead"],
])("refuses %s %s", (name, value, said) => {
  expect(() => readOptions([name, value])).toThrow(said);
});
