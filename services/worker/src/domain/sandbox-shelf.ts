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
  /** From here on it waits; when it dies meanwhile, it is removed, and `onDeath` called. */
  put(sandbox: Sandbox, onDeath: () => void): void;
  /** The one that has waited longest: none becomes too old while there are jobs. It is the taker's for ever. */
  take(): Sandbox | undefined;
  /** Removes those that have waited longer. */
  removeOlderThan(ageMs: number): void;
  removeAll(): void;
}

export function createSandboxShelf(key: PoolKey, clock: Clock): SandboxShelf {
  let waiting: Array<{ sandbox: Sandbox; sinceMs: number }> = [];

  const shelf: SandboxShelf = {
    key,
    arrivals: createArrivalRate(clock),
    preparing: 0,
    waiting: () => waiting.length,
    size: () => waiting.length + shelf.preparing,
    put(sandbox, onDeath) {
      const one = { sandbox, sinceMs: clock.monotonicMs() };
      waiting.push(one);
      void sandbox.ended.then(() => {
        if (!waiting.includes(one)) return;
        waiting = waiting.filter((other) => other !== one);
        void sandbox.dispose();
        onDeath();
      });
    },
    take: () => waiting.shift()?.sandbox,
    removeOlderThan(ageMs) {
      const fromMs = clock.monotonicMs() - ageMs;
      const old = waiting.filter(({ sinceMs }) => sinceMs < fromMs);
      waiting = waiting.filter(({ sinceMs }) => sinceMs >= fromMs);
      for (const { sandbox } of old) void sandbox.dispose();
    },
    removeAll() {
      for (const { sandbox } of waiting.splice(0)) void sandbox.dispose();
    },
  };
  return shelf;
}
