import { setTimeout as sleep } from "node:timers/promises";

export interface Sample {
  /** Since the start. */
  seconds: number;
  depth: number;
  /** What the autoscaler wishes, and how many of those are ready. */
  wished: number;
  ready: number;
}

export interface Timeline {
  samples: Sample[];
  stop(): Promise<void>;
}

/** Looks once a second, and keeps a sample when something changed. */
export function recordTimeline(look: () => Promise<Omit<Sample, "seconds">>): Timeline {
  const samples: Sample[] = [];
  const startedAt = performance.now();
  const abort = new AbortController();
  const recording = (async () => {
    while (!abort.signal.aborted) {
      const seen = await look().catch(() => undefined);
      const last = samples.at(-1);
      const isNew = seen && (seen.depth !== last?.depth || seen.wished !== last.wished || seen.ready !== last.ready);
      if (isNew) samples.push({ seconds: Math.round((performance.now() - startedAt) / 100) / 10, ...seen });
      await sleep(1_000, undefined, { signal: abort.signal }).catch(() => undefined);
    }
  })();
  return {
    samples,
    async stop() {
      abort.abort();
      await recording;
    },
  };
}
