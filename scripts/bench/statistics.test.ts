import { expect, test } from "vitest";

import { distributionOf, median } from "./statistics.ts";

test("percentiles are values that were measured: the nearest rank", () => {
  const values = Array.from({ length: 200 }, (_, index) => 200 - index);
  expect(distributionOf(values)).toEqual({ samples: 200, p50: 100, p90: 180, p99: 198, max: 200 });
  expect(median([3])).toBe(3);
});

test("of nothing there is no distribution", () => {
  expect(() => distributionOf([])).toThrow(RangeError);
});
