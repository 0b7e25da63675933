import type { Setup } from "./setup.ts";
import { describeError } from "./setup-error.ts";

/** How a run ended. Whichever it is, everything that it started has been stopped by then. */
export type RunEnd<T> = { kind: "done"; value: T } | { kind: "stopped"; by: NodeJS.Signals } | { kind: "failed" };

/** Runs the work until it is done, somebody wishes to stop, or a program that it started dies. Never rejects. */
export async function runToEnd<T>(setup: Setup, work: () => Promise<T>): Promise<RunEnd<T>> {
  const { screen, supervisor, stop } = setup;
  let end: RunEnd<T>;
  try {
    end = await Promise.race([
      work().then((value): RunEnd<T> => ({ kind: "done", value })),
      stop.requested.then((by): RunEnd<T> => ({ kind: "stopped", by })),
      supervisor.died.then((death) => Promise.reject(death)),
    ]);
  } catch (error) {
    // A wish to stop makes the work fail as well; it is the wish that counts.
    const by = stop.signal.aborted ? await stop.requested : undefined;
    end = by ? { kind: "stopped", by } : { kind: "failed" };
    if (!by) screen.line(`\n${describeError(error)}\n`);
  }
  if (end.kind === "stopped") screen.line("\nStopping (Ctrl-C again: at once) ...");
  await supervisor.stopAll();
  return end;
}
