import type { Clock } from "@lambda-lite/backplane/ports";
import type { PoolKey, Sandbox } from "../ports/sandbox.ts";
import { createArrivalRate } from "./arrival-rate.ts";
import type { ArrivalRate } from "./arrival-rate.ts";

/** The prepared sandboxes of one class, interchangeable, and how many jobs come for them. */
export interface SandboxShelf {
  readonly key: PoolKey;
  /** Jobs of this class. */
  readonly arrivals: ArrivalRate;
  /** Those that are being prepared. */
  preparing: number;
  waiting(): number;
  /** Waiting or to come. */
  size(): number;
  /** Those that are on their way out, and still take memory. */
  leaving(): number;
  /** From here on it waits; when it dies meanwhile, it is removed, and `onDeath` called. */
  put(sandbox: Sandbox, onDeath: () => void): void;
  /** The one that has waited longest: none becomes too old while there are jobs. It is the taker's for ever. */
  take(): Sandbox | undefined;
  /** Removes one that isn't kept, and counts it until it's gone. */
  discard(sandbox: Sandbox): void;
  /** Removes the one that has waited longest, if it has waited longer than this. */
  removeOne(olderThanMs?: number): void;
  removeAll(): void;
}

export function createSandboxShelf(key: PoolKey, clock: Clock): SandboxShelf {
  let waiting: Array<{ sandbox: Sandbox; sinceMs: number }> = [];
  let leaving = 0;

  const shelf: SandboxShelf = {
    key,
    arrivals: createArrivalRate(clock),
    preparing: 0,
    waiting: () => waiting.length,
    size: () => waiting.length + shelf.preparing,
    leaving: () => leaving,
    put(sandbox, onDeath) {
      const one = { sandbox, sinceMs: clock.monotonicMs() };
      waiting.push(one);
      void sandbox.ended.then(() => {
        if (!waiting.includes(one)) return;
        waiting = waiting.filter((other) => other !== one);
        shelf.discard(sandbox);
        onDeath();
      });
    },
    take: () => waiting.shift()?.sandbox,
    discard(sandbox) {
      leaving += 1;
      void sandbox.dispose().finally(() => (leaving -= 1));
    },
    removeOne(olderThanMs = -1) {
      const [oldest] = waiting;
      if (!oldest || clock.monotonicMs() - oldest.sinceMs <= olderThanMs) return;
      waiting.shift();
      shelf.discard(oldest.sandbox);
    },
    removeAll() {
      while (waiting.length > 0) shelf.removeOne();
    },
  };
  return shelf;
}
