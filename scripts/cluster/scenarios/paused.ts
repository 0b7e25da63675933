import { setTimeout as sleep } from "node:timers/promises";

import { sleepCode } from "../jobs.ts";
import { ensure } from "../scenario.ts";
import type { Scenario } from "../scenario.ts";
import { secondsSince, steady } from "../waiting.ts";

/** Long enough for an autoscaler that looks every 2 s to have acted many times. */
const watchedMs = 25_000;

export const paused: Scenario = {
  name: "paused",
  promise: "A paused queue doesn't raise the workers; resumed, it does, and every job completes",
  timeoutMs: 300_000,
  async run(lab) {
    const api = await lab.api();
    await steady(lab, 1, 120_000);
    const timeline = lab.watch();
    await api.pause();
    try {
      const ids = await Promise.all(Array.from({ length: 20 }, (_, index) => api.submit(sleepCode, [5_000, index])));
      await sleep(watchedMs);
      const most = Math.max(...timeline.samples.map(({ wished }) => wished));
      const depth = await api.depth();
      ensure(most === 1, `the autoscaler wished ${most} workers for a paused queue`);
      ensure(depth === ids.length, `${depth} of ${ids.length} jobs are still queued`);
      await api.resume();
      const startedAt = performance.now();
      const jobs = await api.ended(ids, 120_000);
      const lost = jobs.filter(({ status }) => status !== "COMPLETED");
      ensure(lost.length === 0, lost.map(({ id, status, error }) => `${id} ${status}: ${error}`).join(", "));
      const then = Math.max(...timeline.samples.map(({ wished }) => wished));
      ensure(then > 1, "resumed, the autoscaler wished no more workers either");
      return { "wished while paused": most, "wished when resumed": then, "done s": secondsSince(startedAt) };
    } finally {
      await api.resume();
    }
  },
};
