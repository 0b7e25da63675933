import type { ClaimedJob, Random, Return } from "@lambda-lite/backplane/ports";
import { backoffDelayMs, ExitReason, faultDelayMs, RETRYABLE_FAILURES } from "@lambda-lite/shared";

/** Why a job goes back, and when it may run again. */

type Fraction = Pick<Random, "fraction">;
const SANDBOX_ERROR = ExitReason.SANDBOX_ERROR;

/** Another worker takes it at once, and it costs the job nothing. */
export function drained(): Return {
  return { reason: SANDBOX_ERROR, countsAs: "nothing", error: "", delayMs: 0 };
}

/** No sandbox could be made: the job had no part in it, but the engine needs a pause. */
export function notStarted({ faults }: ClaimedJob, random: Fraction): Return {
  const delayMs = faultDelayMs(SANDBOX_ERROR, faults + 1, random.fraction());
  return { reason: SANDBOX_ERROR, countsAs: "nothing", error: "", delayMs };
}

/** The platform failed it while it ran: the job may be what kills sandboxes, so this counts. */
export function faulted({ faults }: ClaimedJob, error: string, random: Fraction): Return {
  const delayMs = faultDelayMs(SANDBOX_ERROR, faults + 1, random.fraction());
  return { reason: SANDBOX_ERROR, countsAs: "fault", error, delayMs };
}

/** The job's own code failed, and it asked to be tried again. Undefined: this failure is final. */
export function nextTry(
  { retry, failures }: ClaimedJob,
  reason: ExitReason,
  error: string,
  random: Fraction,
): Return | undefined {
  if (!retry || !RETRYABLE_FAILURES.has(reason) || failures + 1 >= retry.maxAttempts) return undefined;
  const delayMs = backoffDelayMs(retry.backoff, failures + 1, random.fraction());
  return { reason, countsAs: "failure", error, delayMs };
}
