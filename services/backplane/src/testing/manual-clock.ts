import type { Clock } from "../ports/index.ts";

export interface ManualClock extends Clock {
  /** Moves time on, waking every sleeper whose moment comes, in order. */
  advance(ms: number): Promise<void>;
}

/** A clock that stands still until it is told to move. */
export function createManualClock(): ManualClock {
  let nowMs = 0;
  const sleepers = new Set<{ atMs: number; wake: () => void }>();
  // Lets whatever a sleeper awaits settle before time moves on.
  const settle = () => new Promise<void>((resolve) => setTimeout(resolve, 5));

  return {
    monotonicMs: () => nowMs,
    nowMs: () => nowMs,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const wake = () => {
          sleepers.delete(sleeper);
          signal?.removeEventListener("abort", wake);
          resolve();
        };
        const sleeper = { atMs: nowMs + ms, wake };
        sleepers.add(sleeper);
        signal?.addEventListener("abort", wake);
      }),
    async advance(ms) {
      const endMs = nowMs + ms;
      await settle();
      for (;;) {
        const next = [...sleepers].toSorted((a, b) => a.atMs - b.atMs)[0];
        if (!next || next.atMs > endMs) break;
        nowMs = Math.max(nowMs, next.atMs);
        next.wake();
        await settle();
      }
      nowMs = endMs;
    },
  };
}
