import type { Clock } from "@lambda-lite/backplane/ports";

/**
 * At most `max` starts per `durationMs`, for this worker alone: BullMQ's own limiter is global to the
 * queue, and would make a second worker useless. Capacity = `max`, so a burst after a rest is allowed.
 */
export function createTokenBucket(max: number, durationMs: number, clock: Clock) {
  const tokensPerMs = max / durationMs;
  let tokens = max;
  let filledAtMs = clock.monotonicMs();

  function fill() {
    const nowMs = clock.monotonicMs();
    tokens = Math.min(max, tokens + (nowMs - filledAtMs) * tokensPerMs);
    filledAtMs = nowMs;
  }

  return {
    /** Takes a token, waiting for one if need be. False if `signal` aborted first. */
    async take(signal: AbortSignal): Promise<boolean> {
      for (;;) {
        if (signal.aborted) return false;
        fill();
        if (tokens >= 1) {
          tokens -= 1;
          return true;
        }
        await clock.sleep(Math.ceil((1 - tokens) / tokensPerMs), signal);
      }
    },
    /** Gives back a token that was taken for nothing. */
    putBack(): void {
      tokens = Math.min(max, tokens + 1);
    },
  };
}
export type TokenBucket = ReturnType<typeof createTokenBucket>;
