import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { jobSubmissionSchema } from "./job-submission.ts";
import { SIZE_LIMITS } from "./resource-limits.ts";

const CODE = "function main() {}";
const accepts = (submission: unknown) => jobSubmissionSchema.safeParse(submission).success;
/** Where the first mistake is. */
const mistakeAt = (submission: unknown) => jobSubmissionSchema.safeParse(submission).error?.issues[0]?.path.join(".");

test("only the code is needed", () => {
  expect(jobSubmissionSchema.parse({ code: CODE })).toEqual({ code: CODE, args: [] });
});

describe("code", () => {
  test.each([
    ["missing", {}, false],
    ["a number", { code: 1 }, false],
    ["empty", { code: "" }, false],
    ["blank", { code: " \n\t\u00a0" }, false],
    ["as large as allowed", { code: "x".repeat(SIZE_LIMITS.codeBytes) }, true],
    ["a byte too large", { code: "x".repeat(SIZE_LIMITS.codeBytes + 1) }, false],
    ["few characters of many bytes", { code: "€".repeat(SIZE_LIMITS.codeBytes / 3 + 1) }, false],
    ["a whole surrogate pair", { code: "'😀'" }, true],
    ["a lone surrogate", { code: "'\ud83d'" }, false],
    ["a NUL", { code: "'\0'" }, true],
  ])("%s", (_what, submission, accepted) => {
    expect(accepts(submission)).toBe(accepted);
    if (!accepted) expect(mistakeAt(submission)).toBe("code");
  });

  test("is kept to the character", () => {
    const kept = fc.string({ unit: "grapheme" }).filter((code) => code.trim() !== "");
    fc.assert(
      fc.property(kept, (code) => {
        expect(jobSubmissionSchema.parse({ code }).code).toBe(code);
      }),
    );
  });
});

describe("args", () => {
  const deep = (depth: number) => JSON.parse(`${"[".repeat(depth)}${"]".repeat(depth)}`);
  // ["…"] has four bytes around the text.
  const ofBytes = (bytes: number) => ["x".repeat(bytes - 4)];

  test.each([
    ["an object", { a: 1 }, false],
    ["a text", "[]", false],
    ["null", null, false],
    ["1 MiB encoded", ofBytes(SIZE_LIMITS.argsBytes), true],
    ["a byte more", ofBytes(SIZE_LIMITS.argsBytes + 1), false],
    ["control characters, counted as they are encoded", ["\u0001".repeat(SIZE_LIMITS.argsBytes / 6 + 1)], false],
    ["500 levels in one argument", [deep(500)], true],
    ["501 levels", [deep(501)], false],
    ["100,000 levels", [deep(100_000)], false],
    ["an infinite number", [Number.POSITIVE_INFINITY], false],
  ])("%s", (_what, args, accepted) => {
    expect(accepts({ code: CODE, args })).toBe(accepted);
  });

  test("come through as they were, whatever JSON they are", () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), (args) => {
        expect(JSON.stringify(jobSubmissionSchema.parse({ code: CODE, args }).args)).toBe(JSON.stringify(args));
      }),
    );
  });

  test("keep a key named __proto__ as a key", () => {
    const parsed = jobSubmissionSchema.parse(JSON.parse('{"code":"x","args":[{"__proto__":4}]}'));
    expect(JSON.stringify(parsed.args)).toBe('[{"__proto__":4}]');
  });
});

describe("timeout", () => {
  test.each([
    [1, true],
    [300_000, true],
    [0, false],
    [-1, false],
    [1.5, false],
    [300_001, false],
    [Number.POSITIVE_INFINITY, false],
    ["1000", false],
    [null, false],
  ])("%s: %s", (timeout, accepted) => {
    expect(accepts({ code: CODE, timeout })).toBe(accepted);
    if (!accepted) expect(mistakeAt({ code: CODE, timeout })).toBe("timeout");
  });
});

test.each(["timeOut", "constructor", "__proto__", "toString", ""])("the unknown key %j is refused", (key) => {
  expect(accepts(JSON.parse(`{"code":"x",${JSON.stringify(key)}:1}`))).toBe(false);
});

test.each([
  ["all of them", { cpus: 0.5, memory: 1_024, timeout: 5_000, logBytes: 0, resultBytes: 2, pids: 16 }, true],
  ["none", {}, true],
  ["a misspelt one", { mem: 512 }, false],
  ["no CPU", { cpus: 0 }, false],
  ["too little memory for any program", { memory: 32 }, false],
  ["half a megabyte", { memory: 512.5 }, false],
  ["more than any installation has", { memory: 1e9 }, false],
  ["a number as text", { memory: "512" }, false],
])("limits: %s", (_what, limits, valid) => {
  expect(jobSubmissionSchema.safeParse({ code: "function main() {}", limits }).success).toBe(valid);
});

test("a timeout is given once", () => {
  const twice = { code: "function main() {}", timeout: 5, limits: { timeout: 5 } };
  expect(jobSubmissionSchema.safeParse(twice).success).toBe(false);
});
