import type Docker from "dockerode";
import { setTimeout as sleep } from "node:timers/promises";

import type { BenchStack } from "./bench-stack.ts";
import { openClient } from "./jobs.ts";
import type { Sides } from "./sides.ts";
import { round, sum } from "./statistics.ts";

/** How many containers at once the engine is tried with. */
const WIDTHS = [1, 2, 3, 4, 6, 8];
const TRIAL = 16;
const BLOCK = 40;

export interface Sustained {
  /** Containers at once at which the engine did the most. */
  floorWidth: number;
  /** By width. */
  floorTrials: Record<string, number>;
  floorPerSecond: number;
  ourPerSecond: number;
  throughputRatio: number;
}

/** (d): whole containers per second, removal included, dockerode at its best beside jobs through the whole system. */
export async function measureSustained(stack: BenchStack, sides: Sides, blocks: number): Promise<Sustained> {
  const floorTrials: Record<string, number> = {};
  for (const width of WIDTHS) floorTrials[width] = round(TRIAL / (await floorBlock(sides, TRIAL, width)));
  const best = WIDTHS.reduce((a, b) => ((floorTrials[b] as number) > (floorTrials[a] as number) ? b : a));

  await stack.restartWorker({
    WORKER_RATE_LIMIT_MAX: "100000",
    WORKER_CONCURRENCY: String(best),
    WARM_POOL_MIN: "0",
    WARM_POOL_MAX: "0",
  });
  const client = await openClient(stack.url);
  const floorSeconds: number[] = [];
  const ourSeconds: number[] = [];
  try {
    await jobsBlock(stack.docker, client.run, 2 * best);
    for (let block = 0; block < blocks; block += 1) {
      const floor = async () => void floorSeconds.push(await floorBlock(sides, BLOCK, best));
      const ours = async () => void ourSeconds.push(await jobsBlock(stack.docker, client.run, BLOCK));
      for (const run of block % 2 === 0 ? [floor, ours] : [ours, floor]) await run();
    }
  } finally {
    client.close();
  }
  const floorPerSecond = (blocks * BLOCK) / sum(floorSeconds);
  const ourPerSecond = (blocks * BLOCK) / sum(ourSeconds);
  return {
    floorWidth: best,
    floorTrials,
    floorPerSecond: round(floorPerSecond),
    ourPerSecond: round(ourPerSecond),
    throughputRatio: round(ourPerSecond / floorPerSecond),
  };
}

/** @returns seconds for so many containers, so many at once. */
async function floorBlock(sides: Sides, count: number, width: number): Promise<number> {
  const startedMs = performance.now();
  let left = count;
  const lane = async () => {
    while (left-- > 0) await sides.floor();
  };
  await Promise.all(Array.from({ length: width }, lane));
  return (performance.now() - startedMs) / 1_000;
}

/** @returns seconds for so many jobs, submitted at once, until all ended and no container of theirs is left. */
async function jobsBlock(docker: Docker, run: () => Promise<unknown>, count: number): Promise<number> {
  const startedMs = performance.now();
  await Promise.all(Array.from({ length: count }, run));
  const filters = { label: ["lambdalite=sandbox"] };
  while ((await docker.listContainers({ all: true, filters })).length > 0) await sleep(50);
  return (performance.now() - startedMs) / 1_000;
}
