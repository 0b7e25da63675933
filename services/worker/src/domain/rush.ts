import type { Clock } from "@lambda-lite/backplane/ports";

/** How long something gives way, in ms. */
export interface Patience {
  /** The rush is over when so long nobody was served. */
  quietMs: number;
  /** It waits no longer than this, whatever comes. */
  mostMs: number;
}

/**
 * Jobs that find a sandbox waiting take some 20 ms each; a start or an end of a container keeps a core busy for five or
 * ten times that. So while such jobs come, what can wait gives way to them: cold starts, refill, removals.
 */
export interface Rush {
  /** A job found a sandbox waiting. */
  note(): void;
  /** Resolves when the rush is over, patience is, or the signal is aborted. At once when there is none. */
  over(patience: Patience, signal?: AbortSignal): Promise<void>;
}

export function createRush(clock: Clock): Rush {
  let lastMs = Number.NEGATIVE_INFINITY;
  return {
    note() {
      lastMs = clock.monotonicMs();
    },
    async over({ quietMs, mostMs }, signal) {
      const latestMs = clock.monotonicMs() + mostMs;
      for (;;) {
        const waitMs = Math.min(lastMs + quietMs, latestMs) - clock.monotonicMs();
        if (waitMs <= 0 || signal?.aborted) return;
        await clock.sleep(waitMs, signal);
      }
    },
  };
}
