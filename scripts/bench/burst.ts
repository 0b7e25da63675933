import { setTimeout as sleep } from "node:timers/promises";

import type { BenchStack } from "./bench-stack.ts";
import { openClient } from "./jobs.ts";
import { median, round } from "./statistics.ts";

const POOL = 10;
const JOBS = 20;
const ROUNDS = 5;

export interface Burst {
  /** From the submission to the tenth result and to the last, in ms: the median of some rounds. */
  firstTenMs: number;
  allMs: number;
  rounds: number[];
}

/** (e): twenty jobs at once, ten sandboxes waiting. */
export async function measureBurst(stack: BenchStack): Promise<Burst> {
  const worker = await stack.restartWorker({
    WORKER_RATE_LIMIT_MAX: "100000",
    WORKER_CONCURRENCY: String(JOBS),
    WARM_POOL_MIN: String(POOL),
    WARM_POOL_MAX: String(POOL),
  });
  const client = await openClient(stack.url);
  const rounds: Array<{ tenth: number; last: number }> = [];
  try {
    // The first one warms compilers and connections, and doesn't count.
    for (let n = 0; n <= ROUNDS; n += 1) {
      while ((await worker.warm()) < POOL) await sleep(100);
      await sleep(1_000);
      const startedMs = performance.now();
      const endsMs: number[] = [];
      await Promise.all(
        Array.from({ length: JOBS }, async () => {
          await client.run();
          endsMs.push(performance.now() - startedMs);
        }),
      );
      if (n > 0) rounds.push({ tenth: endsMs[POOL - 1] as number, last: endsMs.at(-1) as number });
    }
  } finally {
    client.close();
  }
  return {
    firstTenMs: median(rounds.map(({ tenth }) => tenth)),
    allMs: median(rounds.map(({ last }) => last)),
    rounds: rounds.map(({ tenth }) => round(tenth)),
  };
}
