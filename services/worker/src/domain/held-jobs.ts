import type { Held } from "@lambda-lite/backplane/ports";
import type { StopReason } from "../ports/sandbox.ts";

/** The jobs that this process runs or is claiming right now, by fencing token. */
export interface HeldJobs {
  /** Registers *before* the claim is sent, so that a cancel in between is seen. */
  hold(held: Held): { signal: AbortSignal; letGo: () => void };
  has(token: string): boolean;
  stop(token: string, reason: StopReason): void;
  stopAll(reason: StopReason): void;
  count(): number;
  /** Resolves when nothing is held. */
  empty(): Promise<void>;
}

export function createHeldJobs(): HeldJobs {
  const controllers = new Map<string, AbortController>();
  let waiting: Array<() => void> = [];

  return {
    hold({ token }) {
      const controller = new AbortController();
      controllers.set(token, controller);
      const letGo = () => {
        controllers.delete(token);
        if (controllers.size > 0) return;
        for (const resolve of waiting) resolve();
        waiting = [];
      };
      return { signal: controller.signal, letGo };
    },
    has: (token) => controllers.has(token),
    stop: (token, reason) => controllers.get(token)?.abort(reason),
    stopAll(reason) {
      for (const controller of controllers.values()) controller.abort(reason);
    },
    count: () => controllers.size,
    async empty() {
      if (controllers.size > 0) await new Promise<void>((resolve) => waiting.push(resolve));
    },
  };
}
