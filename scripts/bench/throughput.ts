import type Docker from "dockerode";
import { setTimeout as sleep } from "node:timers/promises";

import type { BenchStack } from "./bench-stack.ts";
import { machineCpuMs } from "./cpu-times.ts";
import { openClient } from "./jobs.ts";
import type { BenchClient } from "./jobs.ts";
import { measureRounds } from "./pairs.ts";
import type { Sides } from "./sides.ts";
import { median, round, sum } from "./statistics.ts";

/** How many containers at once the engine is tried with. */
const WIDTHS = [1, 2, 3, 4, 6, 8];
const TRIAL = 24;
/** Of one side at a time. The ends of a block, when not all lanes are busy, are a small part of it. */
const BLOCK = 60;
/** Jobs before the first that counts: just-in-time compilers are warm then, as in whatever lasts. */
const SETTLING_JOBS = 400;

export interface Sustained {
  /** Containers at once at which the engine did the most. */
  floorWidth: number;
  /** By width. */
  floorTrials: Record<string, number>;
  floorPerSecond: number;
  ourPerSecond: number;
  /** Ours over the floor, round by round: the middle of the ratios. */
  throughputRatio: number;
  /** The same beside containers without a control group of their own, from which ours are measured. */
  withoutGroup: { floorPerSecond: number; throughputRatio: number };
  /** CPU time of the whole machine per container and per job, clients included, in ms: what bounds both. */
  cpuMs: { floor: number; ours: number };
}

/** So many containers or jobs in a row. */
interface Block {
  seconds: number;
  cpuMs: number;
}

/** (d): whole containers per second, removal included, dockerode at its best beside jobs through the whole system. */
export async function measureSustained(stack: BenchStack, sides: Sides, rounds: number): Promise<Sustained> {
  const floorTrials: Record<string, number> = {};
  for (const width of WIDTHS) {
    const { seconds } = await measureBlock(() => runContainers(sides, { count: TRIAL, width }));
    floorTrials[width] = round(TRIAL / seconds);
  }
  const best = WIDTHS.reduce((a, b) => ((floorTrials[b] as number) > (floorTrials[a] as number) ? b : a));

  await stack.restartWorker({
    WORKER_RATE_LIMIT_MAX: "100000",
    WORKER_CONCURRENCY: String(best),
    WARM_POOL_MIN: "0",
    WARM_POOL_MAX: "0",
  });
  const client = await openClient(stack.url);
  try {
    await runJobs(stack.docker, client, SETTLING_JOBS);
    const measured = await measureRounds(rounds, {
      floor: () => measureBlock(() => runContainers(sides, { count: BLOCK, width: best })),
      ours: () => measureBlock(() => runJobs(stack.docker, client, BLOCK)),
      withoutGroup: () => measureBlock(() => runContainers(sides, { count: BLOCK, width: best, withoutGroup: true })),
    });
    const [floor, ours, withoutGroup] = [ofAll(measured.floor), ofAll(measured.ours), ofAll(measured.withoutGroup)];
    return {
      floorWidth: best,
      floorTrials,
      floorPerSecond: round(floor.perSecond),
      ourPerSecond: round(ours.perSecond),
      throughputRatio: ratio(measured.ours, measured.floor),
      withoutGroup: {
        floorPerSecond: round(withoutGroup.perSecond),
        throughputRatio: ratio(measured.ours, measured.withoutGroup),
      },
      cpuMs: { floor: round(floor.cpuMs), ours: round(ours.cpuMs) },
    };
  } finally {
    client.close();
  }
}

interface Rate {
  perSecond: number;
  /** Of each. */
  cpuMs: number;
}

async function measureBlock(run: () => Promise<void>): Promise<Block> {
  const cpuBeforeMs = await machineCpuMs();
  const startedMs = performance.now();
  await run();
  const seconds = (performance.now() - startedMs) / 1_000;
  return { seconds, cpuMs: (await machineCpuMs()) - cpuBeforeMs };
}

function ofAll(blocks: readonly Block[]): Rate {
  const count = blocks.length * BLOCK;
  return {
    perSecond: count / sum(blocks.map(({ seconds }) => seconds)),
    cpuMs: sum(blocks.map(({ cpuMs }) => cpuMs)) / count,
  };
}

/** Round by round, the middle of the ratios: a machine may be slower in one round than in another, for its own reasons. */
function ratio(blocks: readonly Block[], beside: readonly Block[]): number {
  return round(median(blocks.map(({ seconds }, index) => (beside[index] as Block).seconds / seconds)));
}

/** So many containers, so many of them at once. */
async function runContainers(
  sides: Sides,
  { count, width, withoutGroup = false }: { count: number; width: number; withoutGroup?: boolean },
): Promise<void> {
  let left = count;
  const lane = async () => {
    while (left-- > 0) await sides.floor({ withoutGroup });
  };
  await Promise.all(Array.from({ length: width }, lane));
  await sides.settled();
}

/** So many jobs, submitted at once, until all ended and no container of theirs is left. */
async function runJobs(docker: Docker, client: BenchClient, count: number): Promise<void> {
  await client.runMany(count);
  const filters = { label: ["lambdalite=sandbox"] };
  while ((await docker.listContainers({ all: true, filters })).length > 0) await sleep(50);
}
