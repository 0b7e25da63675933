import type { ContainerTimes } from "./floor.ts";
import { measurePairs } from "./pairs.ts";
import type { Sides } from "./sides.ts";
import { distributionOf, median, round } from "./statistics.ts";
import type { Distribution } from "./statistics.ts";

export interface OneByOne {
  floor: { toResultMs: Distribution; toRemovalMs: Distribution };
  cold: { toResultMs: Distribution; toRemovalMs: Distribution };
  /** Cold over floor, pair by pair: the middle of the ratios. */
  resultRatio: number;
  removalRatio: number;
}

/** (a) and (b): one container at a time, a pair by turns, which of the two is first changing. */
export async function measureOneByOne(sides: Sides, pairs: number): Promise<OneByOne> {
  // The first of each fills caches that belong to neither.
  await sides.floor();
  await sides.cold();
  const measured = await measurePairs(pairs, sides.floor, sides.cold);
  const ratio = (of: keyof ContainerTimes) => round(median(measured.map(([floor, cold]) => cold[of] / floor[of])));
  const both = (times: ContainerTimes[]) => ({
    toResultMs: distributionOf(times.map(({ toResultMs }) => toResultMs)),
    toRemovalMs: distributionOf(times.map(({ toRemovalMs }) => toRemovalMs)),
  });
  return {
    floor: both(measured.map(([floor]) => floor)),
    cold: both(measured.map(([, cold]) => cold)),
    resultRatio: ratio("toResultMs"),
    removalRatio: ratio("toRemovalMs"),
  };
}
