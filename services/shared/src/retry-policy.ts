import { z } from "zod";
import { ExitReason } from "./exit-reason.ts";

/** More tries of the same failing code are a loop, not a retry. */
const MAX_ATTEMPTS = 20;
/** Longest pause between two tries, in ms: a day. */
const MAX_BACKOFF_MS = 24 * 60 * 60 * 1_000;

const backoffMs = z.int().min(0).max(MAX_BACKOFF_MS);

/** Pauses between tries: doubled each time, with full jitter, or always the same. */
export const backoffSchema = z.strictObject({
  type: z.enum(["exponential", "fixed"]).default("exponential"),
  /** The first pause (its upper bound, when exponential), in ms. */
  delayMs: backoffMs.default(1_000),
  /** No pause is longer, in ms. */
  maxDelayMs: backoffMs.default(60_000),
});
export type Backoff = z.output<typeof backoffSchema>;

/** What a job asks for when its own code fails. Faults of the platform are retried anyway, and don't count here. */
export const retryPolicySchema = z.strictObject({
  /** Runs in all that may end in a failure of the code; 1 means none again. */
  maxAttempts: z.int().min(1).max(MAX_ATTEMPTS),
  backoff: backoffSchema.default(backoffSchema.parse({})),
});
export type RetryPolicy = z.output<typeof retryPolicySchema>;

/** Failures of the code that another run may not see: the others would fail alike. */
export const RETRYABLE_FAILURES: ReadonlySet<ExitReason> = new Set([ExitReason.USER_ERROR, ExitReason.TIMEOUT]);

/**
 * The pause before the try that follows the `failures`-th failure (1 …), in ms. Exponential ones have full jitter:
 * evenly spread between 0 and the bound, so that what failed together doesn't come back together
 * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
 * @param fraction random, 0 ≤ fraction < 1
 */
export function backoffDelayMs({ type, delayMs, maxDelayMs }: Backoff, failures: number, fraction: number): number {
  if (type === "fixed") return Math.min(delayMs, maxDelayMs);
  return Math.floor(Math.min(maxDelayMs, delayMs * 2 ** (failures - 1)) * fraction);
}

const PLATFORM_BACKOFF: Backoff = { type: "exponential", delayMs: 1_000, maxDelayMs: 60_000 };

/**
 * The pause after a fault of the platform, in ms: none after a first lost worker, for another one is likely well;
 * else from 1 s to 60 s with full jitter.
 * @param faults how many the job has seen, this one included
 */
export function faultDelayMs(reason: ExitReason, faults: number, fraction: number): number {
  if (reason === ExitReason.WORKER_LOST && faults === 1) return 0;
  return backoffDelayMs(PLATFORM_BACKOFF, faults, fraction);
}
