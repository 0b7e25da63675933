import type { Clock } from "@lambda-lite/backplane/ports";
import type { Logger } from "pino";
import type { HeldJobs } from "./held-jobs.ts";

/** Kept back from the grace period for killing, releasing and removing what still runs, in ms. */
const RESERVE_MS = 15_000;

/**
 * Lets the running jobs finish; what still runs at grace − 15 s is stopped, and so released to run
 * elsewhere. Resolves when nothing is held any more.
 */
export async function drain(
  held: HeldJobs,
  graceMs: number,
  { clock, logger }: { clock: Clock; logger: Logger },
): Promise<void> {
  if (held.count() > 0) logger.info({ running: held.count() }, "draining");
  const over = new AbortController();
  const empty = held.empty();
  await Promise.race([empty, clock.sleep(Math.max(0, graceMs - RESERVE_MS), over.signal)]);
  over.abort();
  held.stopAll("drain");
  await empty;
}
