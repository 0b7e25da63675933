import { sleepCode } from "../jobs.ts";
import type { Lab } from "../lab.ts";
import { ensure } from "../scenario.ts";
import type { Facts, Scenario } from "../scenario.ts";
import type { Sample } from "../timeline.ts";
import { replicas, secondsSince, steady } from "../waiting.ts";

const jobs = 60;

export const scale: Scenario = {
  name: "scale",
  promise: "60 jobs of 10 s raise the workers from 1 to 4 within 45 s, all complete, and the workers return to 1",
  timeoutMs: 300_000,
  async run(lab) {
    await steady(lab, 1, 120_000);
    return burst(lab, 1);
  },
};

/** The burst, with as many workers before and after it as the autoscaler's minimum. */
export async function burst(lab: Lab, fewest: number): Promise<Facts> {
  const api = await lab.api();
  const timeline = lab.watch();
  const startedAt = performance.now();
  const ids = await Promise.all(Array.from({ length: jobs }, (_, index) => api.submit(sleepCode, [10_000, index])));
  const ended = await api.ended(ids, 150_000);
  const done = secondsSince(startedAt);
  const completed = ended.filter(({ status }) => status === "COMPLETED").length;
  await replicas(lab, fewest, 90_000);
  const back = secondsSince(startedAt);
  const wished = firstAt(timeline.samples, (sample) => sample.wished === 4);
  // How long those take to be ready is the node's affair: told, not judged.
  const ready = firstAt(timeline.samples, (sample) => sample.ready === 4);
  ensure(completed === jobs, `${completed} of ${jobs} completed`);
  ensure(wished <= 45, `4 workers were wished after ${wished} s`);
  const workers = new Set(ended.map(({ workerId }) => workerId)).size;
  return { "4 wished s": wished, "4 ready s": ready, "all done s": done, [`back to ${fewest} s`]: back, workers };
}

function firstAt(samples: Sample[], is: (sample: Sample) => boolean): number {
  return samples.find(is)?.seconds ?? Infinity;
}
