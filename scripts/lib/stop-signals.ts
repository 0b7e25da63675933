/** npm passes a Ctrl-C on that the terminal has already sent to us: two signals this close are one wish. */
const sameWishMs = 1_000;

export interface StopSignals {
  /** Aborted at the first SIGINT, SIGTERM or SIGHUP. */
  readonly signal: AbortSignal;
  readonly requested: Promise<NodeJS.Signals>;
}

/** The first wish to stop is orderly, the second calls `force` and exits. */
export function listenForStop(force: () => void): StopSignals {
  const abort = new AbortController();
  const requested = Promise.withResolvers<NodeJS.Signals>();
  let firstAt: number | undefined;
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(name, () => {
      if (firstAt === undefined) {
        firstAt = performance.now();
        abort.abort(new Error(`stopped by ${name}`));
        requested.resolve(name);
      } else if (performance.now() - firstAt > sameWishMs) {
        force();
        process.exit(130);
      }
    });
  }
  return { signal: abort.signal, requested: requested.promise };
}
