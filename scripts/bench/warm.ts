import { setTimeout as sleep } from "node:timers/promises";

import type { BenchStack } from "./bench-stack.ts";
import { openClient } from "./jobs.ts";
import type { JobTimes } from "./jobs.ts";
import { distributionOf, round } from "./statistics.ts";
import type { Distribution } from "./statistics.ts";

/** One job a second: what a person at a page does, at most. */
const EVERY_MS = 1_000;

/** Jobs before the first that counts. */
const SETTLING_JOBS = 300;

export interface Warm extends Distribution {
  /** Where the middle job's time goes, in ms; each is a median, so they add up to about the p50. */
  breakdown: { accept: number; queueAndClaim: number; run: number; finishAndNotify: number };
  /** Jobs that no sandbox waited for. */
  cold: number;
}

/** (c): from the HTTP submission to the `job:update` event that it has ended, as the client sees them. */
export async function measureWarm(stack: BenchStack, samples: number): Promise<Warm> {
  const worker = await stack.restartWorker({ WORKER_RATE_LIMIT_MAX: "100000" });
  const client = await openClient(stack.url);
  try {
    // Just-in-time compilers and connections are warm then, as they are in a system that is used.
    await settleIn(client.run);
    while ((await worker.warm()) === 0) await sleep(100);
    for (let n = 0; n < 10; n += 1) await paced(client.run);
    const jobs: JobTimes[] = [];
    for (let n = 0; n < samples; n += 1) jobs.push(await paced(client.run));
    return summarise(jobs);
  } finally {
    client.close();
  }
}

async function settleIn(run: () => Promise<unknown>): Promise<void> {
  for (let n = 0; n < SETTLING_JOBS; n += 4) await Promise.all(Array.from({ length: 4 }, run));
}

async function paced<T>(work: () => Promise<T>): Promise<T> {
  const startedMs = performance.now();
  const value = await work();
  await sleep(Math.max(0, EVERY_MS - (performance.now() - startedMs)));
  return value;
}

function summarise(jobs: JobTimes[]): Warm {
  const middle = (of: (job: JobTimes) => number) => distributionOf(jobs.map((job) => Math.max(0, of(job)))).p50;
  const ran = ({ job }: JobTimes) => job.executionTime ?? 0;
  return {
    ...distributionOf(jobs.map(({ endedMs }) => endedMs)),
    breakdown: {
      accept: middle(({ acceptedMs }) => acceptedMs),
      queueAndClaim: middle(({ acceptedMs, runningMs }) => runningMs - acceptedMs),
      run: middle(ran),
      finishAndNotify: round(
        middle((times) => times.endedMs - Math.max(times.runningMs, times.acceptedMs) - ran(times)),
      ),
    },
    cold: jobs.filter(({ job }) => (job.sandboxStartTime ?? 0) > 5).length,
  };
}
