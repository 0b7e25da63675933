import type { Clock } from "@lambda-lite/backplane/ports";

/** Arrivals of the last so many ms tell how many are to be expected. */
const WINDOW_MS = 10_000;
/** What came twice within so many ms is expected to come again. */
const RECURRENCE_MS = 60_000;

/** How many come: the mean over the last ten seconds. */
export interface ArrivalRate {
  note(): void;
  /** Rounded up. */
  expectedWithin(ms: number): number;
  /** Whether another one is to be expected at all: two came within the last minute. */
  recurs(): boolean;
  /** Whether the last one was more than a minute ago. */
  isOver(): boolean;
}

export function createArrivalRate(clock: Pick<Clock, "monotonicMs">): ArrivalRate {
  const arrivalsMs: number[] = [];
  let lastMs = Number.NEGATIVE_INFINITY;
  let lastButOneMs = Number.NEGATIVE_INFINITY;

  function forgetOld(): void {
    const fromMs = clock.monotonicMs() - WINDOW_MS;
    while ((arrivalsMs[0] ?? fromMs) < fromMs) arrivalsMs.shift();
  }
  const isRecent = (atMs: number) => clock.monotonicMs() - atMs <= RECURRENCE_MS;

  return {
    note() {
      forgetOld();
      [lastButOneMs, lastMs] = [lastMs, clock.monotonicMs()];
      arrivalsMs.push(lastMs);
    },
    expectedWithin(ms) {
      forgetOld();
      return Math.ceil((arrivalsMs.length / WINDOW_MS) * ms);
    },
    recurs: () => isRecent(lastButOneMs),
    isOver: () => !isRecent(lastMs),
  };
}
