/** Time, as a dependency: tests and fault injection move it. */
export interface Clock {
  /** Milliseconds since an arbitrary start; never goes back. Durations come from here. */
  monotonicMs(): number;
  /** Unix time in ms. Only for names and labels: what decides anything uses the database's clock. */
  nowMs(): number;
  /**
   * Resolves after `ms`, or at once when `signal` aborts (it never rejects).
   * A sleeping clock doesn't keep the process alive.
   */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  monotonicMs: () => performance.now(),
  nowMs: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      timer.unref();
      signal?.addEventListener("abort", done);
    }),
};
