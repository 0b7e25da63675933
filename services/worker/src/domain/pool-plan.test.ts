import { describe, expect, test } from "vitest";
import { planPools } from "./pool-plan.ts";
import type { PoolDemand } from "./pool-plan.ts";

const usual: PoolDemand = { id: "usual", memoryMb: 512, least: 0, wanted: 2 };
const large: PoolDemand = { id: "large", memoryMb: 1_024, least: 0, wanted: 3 };
const small: PoolDemand = { id: "small", memoryMb: 128, least: 0, wanted: 1 };

const planned = (demands: PoolDemand[], sandboxes: number, memoryMb: number) =>
  Object.fromEntries(planPools(demands, { sandboxes, memoryMb }));

describe("the plan of the pools", () => {
  test("gives everybody what they want where there is enough", () => {
    expect(planned([usual, large, small], 10, 10_000)).toEqual({ usual: 2, large: 3, small: 1 });
  });
  test("gives each its first before anybody's second", () => {
    expect(planned([usual, large, small], 4, 10_000)).toEqual({ usual: 2, large: 1, small: 1 });
    expect(planned([large, usual, small], 4, 10_000)).toEqual({ usual: 1, large: 2, small: 1 });
  });
  test("gives everybody's least before anything else, as far as it goes", () => {
    expect(planned([large, { ...usual, least: 2 }], 3, 10_000)).toEqual({ usual: 2, large: 1 });
    expect(planned([large, { ...usual, least: 9, wanted: 0 }], 10, 2_048)).toEqual({ usual: 4, large: 0 });
  });
  test("leaves to smaller ones what a larger one doesn't fit into", () => {
    expect(planned([usual, large, small], 10, 1_200)).toEqual({ usual: 2, large: 0, small: 1 });
  });
  test("gives nothing where nothing may wait, and nothing to nobody", () => {
    expect(planned([usual, large], 0, 10_000)).toEqual({ usual: 0, large: 0 });
    expect(planned([usual, large], 10, 0)).toEqual({ usual: 0, large: 0 });
    expect(planned([], 10, 10_000)).toEqual({});
    expect(planned([{ ...usual, wanted: 0 }], 10, 10_000)).toEqual({ usual: 0 });
  });
  test("never goes beyond the budget", () => {
    for (const memoryMb of [600, 1_700, 3_100]) {
      const plan = planPools([usual, large, small], { sandboxes: 5, memoryMb });
      const promisedMb = [usual, large, small].map(({ id, memoryMb: each }) => (plan.get(id) ?? 0) * each);
      expect(promisedMb.reduce((sum, mb) => sum + mb, 0)).toBeLessThanOrEqual(memoryMb);
    }
  });
});
