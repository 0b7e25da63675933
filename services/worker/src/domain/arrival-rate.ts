import type { Clock } from "@lambda-lite/backplane/ports";

/** Arrivals of the last so many ms tell how many are to be expected. */
const WINDOW_MS = 10_000;

/** How many come: the mean over the last ten seconds. */
export function createArrivalRate(clock: Pick<Clock, "monotonicMs">) {
  let arrivalsMs: number[] = [];

  function forgetOld(): void {
    const fromMs = clock.monotonicMs() - WINDOW_MS;
    arrivalsMs = arrivalsMs.filter((atMs) => atMs >= fromMs);
  }

  return {
    note(): void {
      forgetOld();
      arrivalsMs.push(clock.monotonicMs());
    },
    /** Rounded up. */
    expectedWithin(ms: number): number {
      forgetOld();
      return Math.ceil((arrivalsMs.length / WINDOW_MS) * ms);
    },
  };
}
