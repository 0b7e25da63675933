import type { Clock } from "@lambda-lite/backplane/ports";
import type { Logger } from "pino";
import type { DeletionCost } from "../ports/deletion-cost.ts";
import type { HeldJobs } from "./held-jobs.ts";

const LOOK_MS = 1_000;
/** A job that has run for less doesn't count, so that short jobs cause no traffic to the API server. */
const BUSY_AFTER_MS = 5_000;
/** The mark stays for so long after the last long job, for the same reason. */
const HOLD_MS = 10_000;
/** The age of the oldest job counts in steps, so that a long job is told of twice a minute at most. */
const AGE_STEP_MS = 30_000;
const BUSY_COST = 10;

/** Cost of deleting a worker whose oldest job has run for `oldestAgeMs`: idle 0, busy 10 + its age in seconds. */
export function deletionCost(oldestAgeMs: number | undefined): number {
  if (oldestAgeMs === undefined || oldestAgeMs < BUSY_AFTER_MS) return 0;
  return BUSY_COST + (Math.floor(oldestAgeMs / AGE_STEP_MS) * AGE_STEP_MS) / 1_000;
}

/**
 * Marks this worker while it is busy, so that a scale-in takes idle ones first. Best effort: the promise to finish
 * what runs is the drain's.
 */
export function createBusyMarker(deps: {
  held: Pick<HeldJobs, "oldestAgeMs">;
  cost: DeletionCost;
  clock: Clock;
  logger: Logger;
}) {
  const { held, cost, clock, logger } = deps;
  const stopping = new AbortController();
  let told = 0;
  let busyUntilMs = 0;
  let loop: Promise<void> = Promise.resolve();

  async function look(): Promise<void> {
    const nowMs = clock.monotonicMs();
    const wanted = deletionCost(held.oldestAgeMs());
    if (wanted > 0) busyUntilMs = nowMs + HOLD_MS;
    if (wanted === told || (wanted === 0 && nowMs < busyUntilMs)) return;
    await cost.set(wanted);
    told = wanted;
  }

  return {
    start() {
      loop = (async () => {
        while (!stopping.signal.aborted) {
          await clock.sleep(LOOK_MS, stopping.signal);
          await look().catch((err) => logger.debug({ err }, "deletion cost not told"));
        }
      })();
    },
    async stop() {
      stopping.abort();
      await loop;
    },
  };
}
