import fc from "fast-check";
import { expect, test } from "vitest";

import { runCode } from "./testing/run-code.ts";

// Many values in each run: a run costs a process.
const values = fc.array(fc.jsonValue({ noUnicodeString: false, maxDepth: 6 }), { minLength: 20, maxLength: 60 });
const awkward = ["__proto__", "constructor", "toJSON", "$where", "a.b", "", "\u0000", "\u2028", "then", "0", "-0"];
const objects = fc.array(fc.dictionary(fc.constantFrom(...awkward), fc.jsonValue(), { noNullPrototype: false }), {
  minLength: 5,
  maxLength: 20,
});

test("any JSON value comes back as it went in", { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(values, objects, async (plain, keyed) => {
      const argsText = JSON.stringify([...plain, ...keyed]);
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
