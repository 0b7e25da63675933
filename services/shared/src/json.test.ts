import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MAX_JSON_DEPTH, exceedsDepth, jsonValueSchema, utf8Length } from "./json.ts";

// This workspace is compiled without Node's types, so that its code stays safe in a browser.
const { Buffer } = globalThis as unknown as { Buffer: { byteLength(text: string, encoding: string): number } };

/** `depth` arrays around a number; made by the parser, as in a request. */
function nested(depth: number): unknown {
  return JSON.parse(`${"[".repeat(depth)}1${"]".repeat(depth)}`);
}

/** The obvious recursive definition, to compare with. */
function depthOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

describe("exceedsDepth", () => {
  test.each([
    ["a number", 1, 0, false],
    ["null", null, 0, false],
    ["an empty array where nothing may nest", [], 0, true],
    ["an empty object at the limit", {}, 1, false],
    ["three arrays, two allowed", [[[]]], 2, true],
    ["three arrays, three allowed", [[[]]], 3, false],
    ["an object under an array", [{ a: [] }], 2, true],
    ["the deep part last", [1, 2, [3, [4]]], 2, true],
  ] as const)("%s", (_what, value, limit, expected) => {
    expect(exceedsDepth(value, limit)).toBe(expected);
  });

  test("agrees with the recursive definition", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.integer({ min: 0, max: 8 }), (value, limit) => {
        expect(exceedsDepth(value, limit)).toBe(depthOf(value) > limit);
      }),
    );
  });

  test("survives what would overflow a stack", () => {
    expect(exceedsDepth(nested(500_000), MAX_JSON_DEPTH)).toBe(true);
    expect(exceedsDepth(nested(500_000), 500_000)).toBe(false);
  });

  test("looks under a key named __proto__", () => {
    expect(exceedsDepth(JSON.parse('{"__proto__":[[]]}'), 2)).toBe(true);
  });
});

describe("utf8Length", () => {
  test.each([
    ["nothing", "", 0],
    ["ASCII", "abc", 3],
    ["two bytes", "é", 2],
    ["three bytes", "€", 3],
    ["a pair is four bytes", "😀", 4],
    ["a lone high surrogate, as U+FFFD", "\ud800", 3],
    ["a lone low surrogate, as U+FFFD", "\udc00", 3],
    ["two high ones before a low one", "\ud83d\ud83d\ude00", 7],
    ["a high one at the end", "a\ud83d", 4],
  ])("%s", (_what, text, expected) => {
    expect(utf8Length(text)).toBe(expected);
  });

  test("counts what encoding would give, lone surrogates included", () => {
    // Units close to the surrogates, so that pairs, halves and neighbours meet often.
    const unit = fc.oneof(fc.integer({ min: 0xd7f0, max: 0xe010 }), fc.integer({ min: 0, max: 0xffff }));
    const text = fc.array(unit).map((units) => String.fromCharCode(...units));
    fc.assert(
      fc.property(text, (value) => {
        expect(utf8Length(value)).toBe(Buffer.byteLength(value, "utf8"));
      }),
      { numRuns: 500 },
    );
  });
});

describe("jsonValueSchema", () => {
  test("takes whatever a parser made, and gives the same value back", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), (text) => {
        const value: unknown = JSON.parse(text);
        expect(jsonValueSchema.parse(value)).toBe(value);
      }),
    );
  });

  test.each([
    ["nesting at the limit", nested(MAX_JSON_DEPTH), true],
    ["nesting beyond it", nested(MAX_JSON_DEPTH + 1), false],
    ["a number too large to be written back", JSON.parse("1e309"), false],
    ["one deep inside", JSON.parse('[{"a":[-1e309]}]'), false],
    ["the largest number", Number.MAX_VALUE, true],
    ["nothing", undefined, false],
  ])("%s", (_what, value, accepted) => {
    expect(jsonValueSchema.safeParse(value).success).toBe(accepted);
  });
});
