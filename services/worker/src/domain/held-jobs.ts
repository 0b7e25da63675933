import type { Clock, Held } from "@lambda-lite/backplane/ports";
import type { StopReason } from "../ports/sandbox.ts";

/** One job's hold. */
export interface Hold {
  /** Aborted when its run is to stop. */
  signal: AbortSignal;
  /**
   * Why it is to stop; undefined while it isn't. A lease that is lost outweighs what came before it: nothing may be
   * recorded then, and nothing need be waited for.
   */
  stopReason(): StopReason | undefined;
  letGo(): void;
}

/** The jobs that this process runs or is claiming right now, by fencing token. */
export interface HeldJobs {
  /** Registers *before* the claim is sent, so that a cancel in between is seen. */
  hold(held: Held): Hold;
  has(token: string): boolean;
  stop(token: string, reason: StopReason): void;
  /** Whatever is held of this job. */
  stopJob(jobId: string, reason: StopReason): void;
  stopAll(reason: StopReason): void;
  count(): number;
  /** How long the oldest of them has been held, in ms; undefined when none is. */
  oldestAgeMs(): number | undefined;
  /** Resolves when nothing is held. */
  empty(): Promise<void>;
}

export function createHeldJobs(clock: Pick<Clock, "monotonicMs">): HeldJobs {
  interface Entry {
    jobId: string;
    controller: AbortController;
    reason: StopReason | undefined;
    sinceMs: number;
  }
  const holds = new Map<string, Entry>();
  let waiting: Array<() => void> = [];

  function stop(entry: Entry, reason: StopReason): void {
    if (entry.reason === undefined || reason === "lease-lost") entry.reason = reason;
    entry.controller.abort(reason);
  }

  return {
    hold({ id, token }) {
      const controller = new AbortController();
      const entry: Entry = { jobId: id, controller, reason: undefined, sinceMs: clock.monotonicMs() };
      holds.set(token, entry);
      const letGo = () => {
        holds.delete(token);
        if (holds.size > 0) return;
        for (const resolve of waiting) resolve();
        waiting = [];
      };
      return { signal: controller.signal, stopReason: () => entry.reason, letGo };
    },
    has: (token) => holds.has(token),
    stop(token, reason) {
      const entry = holds.get(token);
      if (entry) stop(entry, reason);
    },
    stopJob(jobId, reason) {
      for (const entry of holds.values()) if (entry.jobId === jobId) stop(entry, reason);
    },
    stopAll(reason) {
      for (const entry of holds.values()) stop(entry, reason);
    },
    count: () => holds.size,
    oldestAgeMs() {
      // A Map keeps the order of insertion.
      const oldest = holds.values().next().value;
      return oldest && clock.monotonicMs() - oldest.sinceMs;
    },
    async empty() {
      if (holds.size > 0) await new Promise<void>((resolve) => waiting.push(resolve));
    },
  };
}
