import fc from "fast-check";
import { expect, test } from "vitest";

import { runCode } from "./testing/run-code.ts";

/**
 * Keys that JSON writes without an escape. Others are left out because V8's own JSON.parse now and then takes one for
 * another key that it has seen (https://github.com/nodejs/node/issues/63785, Node 24 and 26); values aren't affected.
 */
const awkward = ["__proto__", "constructor", "toJSON", "$where", "a.b", "", "then", "0", "-0", "\u00e9", "\u{1f600}"];
const key = fc
  .oneof(fc.constantFrom(...awkward), fc.string({ unit: "binary", maxLength: 10 }))
  .filter((text) => JSON.stringify(text).length === text.length + 2);

const { value } = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 6 }, tie("leaf"), tie("list"), tie("map")),
  leaf: fc.oneof(
    fc.constant(null),
    fc.boolean(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.string({ unit: "binary" }),
  ),
  list: fc.array(tie("value"), { maxLength: 6 }),
  map: fc.dictionary(key, tie("value"), { maxKeys: 6 }),
}));
// Many values in each run: a run costs a process.
const values = fc.array(value, { minLength: 20, maxLength: 60 });

test("any JSON value comes back as it went in", { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(values, async (list) => {
      const argsText = JSON.stringify(list);
      const { result } = await runCode("const main = (...args) => args", { argsText });
      expect(result).toMatchObject({ ok: true, value: JSON.stringify(JSON.parse(argsText)) });
    }),
    { numRuns: 25 },
  );
});

test("any text comes out of console.log and out of an error unharmed", { timeout: 60_000 }, async () => {
  const text = fc.string({ unit: "binary", maxLength: 200 });
  await fc.assert(
    fc.asyncProperty(fc.array(text, { minLength: 10, maxLength: 30 }), async (texts) => {
      const run = await runCode(
        "const main = (...texts) => { for (const text of texts) console.log(text); throw new Error(texts[0]) }",
        { args: texts },
      );
      const line = (value: string) => `${value}\n`;
      expect(run.stdout).toBe(texts.map(line).join(""));
      expect(run.result?.error?.startsWith(texts[0] === "" ? "Error" : `Error: ${texts[0]}`)).toBe(true);
      expect(run.dropped).toEqual([]);
    }),
    { numRuns: 15 },
  );
});
