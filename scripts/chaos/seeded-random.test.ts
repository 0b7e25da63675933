import fc from "fast-check";
import { expect, test } from "vitest";

import { seededRandom } from "./seeded-random.ts";

test("says the same for the same seed, and something else for another", () => {
  const draw = (seed: number) => Array.from({ length: 5 }, seededRandom(seed).next);
  expect(draw(1)).toEqual(draw(1));
  expect(draw(1)).not.toEqual(draw(2));
});

test("a fork doesn't depend on what was drawn before", () => {
  const one = seededRandom(1);
  const expected = one.fork("load").next();
  one.next();
  expect(one.fork("load").next()).toBe(expected);
  expect(one.fork("other").next()).not.toBe(expected);
});

test("stays within what was asked for, reaches its ends, and shuffles without loss", () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: -9, max: 0 }), fc.integer({ min: 1, max: 9 }), (seed, min, max) => {
      const random = seededRandom(seed);
      const drawn = Array.from({ length: 500 }, () => random.integer(min, max));
      expect(Math.min(...drawn)).toBe(min);
      expect(Math.max(...drawn)).toBe(max);
      expect(random.shuffled([1, 2, 3, 4]).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4]);
    }),
    { numRuns: 30 },
  );
});

test("can't pick from nothing", () => {
  expect(() => seededRandom(1).pick([])).toThrow(RangeError);
});
