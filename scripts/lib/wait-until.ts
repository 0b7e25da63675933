import { setTimeout as sleep } from "node:timers/promises";

import { SetupError } from "./setup-error.ts";

export interface WaitOptions {
  timeoutMs: number;
  intervalMs?: number;
  signal?: AbortSignal;
}

/** Asks until the probe resolves; it rejects while it isn't so. Ends with the last reason why not. */
export async function waitUntil<T>(what: string, probe: () => Promise<T>, options: WaitOptions): Promise<T> {
  const deadline = performance.now() + options.timeoutMs;
  for (;;) {
    options.signal?.throwIfAborted();
    try {
      return await probe();
    } catch (error) {
      if (performance.now() > deadline) {
        const why = error instanceof Error ? error.message : String(error);
        throw new SetupError(`${what}: not within ${options.timeoutMs / 1000} s (${why})`, { cause: error });
      }
    }
    await sleep(options.intervalMs ?? 150, undefined, options.signal ? { signal: options.signal } : {});
  }
}
