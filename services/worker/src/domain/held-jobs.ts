import type { Clock, Held } from "@lambda-lite/backplane/ports";
import type { StopReason } from "../ports/sandbox.ts";

/** The jobs that this process runs or is claiming right now, by fencing token. */
export interface HeldJobs {
  /** Registers *before* the claim is sent, so that a cancel in between is seen. */
  hold(held: Held): { signal: AbortSignal; letGo: () => void };
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
  const holds = new Map<string, { jobId: string; controller: AbortController; sinceMs: number }>();
  let waiting: Array<() => void> = [];

  return {
    hold({ id, token }) {
      const controller = new AbortController();
      holds.set(token, { jobId: id, controller, sinceMs: clock.monotonicMs() });
      const letGo = () => {
        holds.delete(token);
        if (holds.size > 0) return;
        for (const resolve of waiting) resolve();
        waiting = [];
      };
      return { signal: controller.signal, letGo };
    },
    has: (token) => holds.has(token),
    stop: (token, reason) => holds.get(token)?.controller.abort(reason),
    stopJob(jobId, reason) {
      for (const hold of holds.values()) if (hold.jobId === jobId) hold.controller.abort(reason);
    },
    stopAll(reason) {
      for (const { controller } of holds.values()) controller.abort(reason);
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
