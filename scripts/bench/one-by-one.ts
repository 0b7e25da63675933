import type { ContainerTimes } from "./floor.ts";
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
  const floor: ContainerTimes[] = [];
  const cold: ContainerTimes[] = [];
  // The first of each fills caches that belong to neither.
  await sides.floor();
  await sides.cold();
  for (let pair = 0; pair < pairs; pair += 1) {
    const runFloor = async () => void floor.push(await sides.floor());
    const runCold = async () => void cold.push(await sides.cold());
    for (const run of pair % 2 === 0 ? [runFloor, runCold] : [runCold, runFloor]) await run();
  }
  const ratio = (of: keyof ContainerTimes) =>
    round(median(cold.map((times, index) => times[of] / (floor[index] as ContainerTimes)[of])));
  const both = (times: ContainerTimes[]) => ({
    toResultMs: distributionOf(times.map(({ toResultMs }) => toResultMs)),
    toRemovalMs: distributionOf(times.map(({ toRemovalMs }) => toRemovalMs)),
  });
  return {
    floor: both(floor),
    cold: both(cold),
    resultRatio: ratio("toResultMs"),
    removalRatio: ratio("toRemovalMs"),
  };
}
