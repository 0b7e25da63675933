import { sleepCode } from "../jobs.ts";
import { ensure } from "../scenario.ts";
import type { Scenario } from "../scenario.ts";
import { replicas, steady } from "../waiting.ts";

export const scaleIn: Scenario = {
  name: "scale-in",
  promise: "Jobs of 60 s survive that their workers are scaled in: they end there, in their first attempt",
  timeoutMs: 240_000,
  async run(lab) {
    const api = await lab.api();
    await steady(lab, 1, 120_000);
    const timeline = lab.watch();
    const short = await Promise.all(Array.from({ length: 24 }, (_, index) => api.submit(sleepCode, [15_000, index])));
    await replicas(lab, 4, 60_000);
    // More than one worker has room, so that at least one of these runs where the autoscaler takes a worker away.
    const long = await Promise.all(Array.from({ length: 4 }, (_, index) => api.submit(sleepCode, [60_000, index])));
    await api.ended(short, 120_000);
    const jobs = await api.ended(long, 150_000);
    const fewest = Math.min(...timeline.samples.slice(-5).map(({ wished }) => wished));
    const workers = new Set(jobs.map(({ workerId }) => workerId)).size;
    ensure(
      jobs.every(({ status, attempt }) => status === "COMPLETED" && attempt === 1),
      jobs.map(({ status, attempt }) => `${status} in attempt ${attempt}`).join(", "),
    );
    ensure(fewest === 1, `the autoscaler still wished ${fewest} workers when the last of them ended`);
    return { "long jobs": jobs.length, "on workers": workers, "wished at their end": fewest };
  },
};
