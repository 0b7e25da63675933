import type { Clock } from "@lambda-lite/backplane/ports";
import type { Logger } from "pino";
import type { PoolKey, Sandbox, SandboxProvider } from "../ports/sandbox.ts";
import { poolKeyText } from "../ports/sandbox.ts";
import type { FaultFinder } from "./fault-finder.ts";
import type { Rush } from "./rush.ts";
import type { SandboxShelf } from "./sandbox-shelf.ts";
import { createSandboxStock } from "./sandbox-stock.ts";

/** How often the pool looks after itself, in ms, besides at each take. */
const TICK_MS = 1_000;
/** So long after a take nothing is refilled, in ms: a warm job is over by then, and had the machine to itself. */
const QUIET_MS = 150;
/** Takes that never pause keep the pool from filling no longer than this, in ms. */
const MAX_QUIET_MS = 1_000;
/** Nor do cold starts that never pause, in ms. Then it fills one by one: they need the machine, and so would the next jobs. */
const MAX_YIELD_MS = 5_000;
/** A cold start gives way for at most half of what it takes. */
const COLD_PATIENCE = { quietMs: 60, mostMs: 150 };
/** Pause after a sandbox couldn't be made, in ms. */
const FAILURE_PAUSE_MS = 5_000;
/** Prepared at once: a start keeps about one core busy. */
const PARALLEL = 2;

export interface WarmPool extends SandboxProvider {
  /** Sandboxes that wait for a job, of every class. */
  waiting(): number;
  start(): void;
  /** Removes every waiting sandbox: those of a life that is over, or of an engine that failed. */
  drop(): void;
  /** Removes all, and fills no more. Jobs that still come start cold. */
  stop(): Promise<void>;
}

export interface WarmPoolOptions {
  /** Where sandboxes come from. */
  cold: FaultFinder;
  /** What most jobs need. Others find sandboxes waiting once their like has come twice within a minute. */
  usual: PoolKey;
  /** Fewest of the usual class that wait. */
  min: number;
  /** Most that wait, of all classes together; the number follows the arrival rates. */
  max: number;
  /** Memory that they may be promised together, in MB. */
  memoryMb: number;
  /** A sandbox that waited longer is replaced, in ms. */
  maxAgeMs: number;
  /** Whether sandboxes may be made now: engine healthy, lease valid. */
  mayFill: () => boolean;
  onTaken: (warm: boolean) => void;
  rush: Rush;
  clock: Clock;
  logger: Logger;
}

/**
 * Sandboxes that are prepared ahead and used once: a cache behind the port that a cold start stands behind too. What is
 * given away is given away for ever. Order of what may use the machine: running jobs, waiting jobs' cold starts, refill.
 * A sandbox more than planned is kept until its memory is wanted by another class, or it is old.
 */
export function createWarmPool(options: WarmPoolOptions): WarmPool {
  const { cold, usual, min, max, memoryMb, maxAgeMs, mayFill, onTaken, rush, clock, logger } = options;
  const stopping = new AbortController();
  const stock = createSandboxStock({
    usual,
    min,
    budget: { sandboxes: max, memoryMb },
    canBeHad: cold.canBeHad,
    clock,
  });
  const preparing = new Set<Promise<void>>();
  let coldStarts = 0;
  let pausedUntilMs = 0;
  let quietUntilMs = 0;
  /** Since when takes or cold starts have kept it from filling. */
  let keptOffSinceMs: number | undefined;
  let loop: Promise<void> = Promise.resolve();
  /** Rises when everything prepared so far is void: what is under way then isn't kept. */
  let generation = 0;

  function givesWay(nowMs: number): boolean {
    if (nowMs >= quietUntilMs && coldStarts === 0) return false;
    keptOffSinceMs ??= nowMs;
    return nowMs < keptOffSinceMs + (coldStarts > 0 ? MAX_YIELD_MS : MAX_QUIET_MS);
  }

  function fill(): void {
    const nowMs = clock.monotonicMs();
    if (stopping.signal.aborted || !mayFill() || nowMs < pausedUntilMs || givesWay(nowMs)) return;
    keptOffSinceMs = undefined;
    while (preparing.size < (coldStarts > 0 ? 1 : PARALLEL)) {
      const shelf = stock.nextToFill();
      if (!shelf) return;
      prepareOn(shelf);
    }
  }

  function prepareOn(shelf: SandboxShelf): void {
    shelf.preparing += 1;
    const one: Promise<void> = prepareOne(shelf).finally(() => {
      shelf.preparing -= 1;
      preparing.delete(one);
      fill();
    });
    preparing.add(one);
  }

  async function prepareOne(shelf: SandboxShelf): Promise<void> {
    const ownGeneration = generation;
    try {
      const sandbox = await cold.prepare(shelf.key, stopping.signal);
      if (stopping.signal.aborted || ownGeneration !== generation) return shelf.discard(sandbox);
      shelf.put(sandbox, () => {
        logger.warn("a waiting sandbox died");
        // Not at once: where memory is short, the next one would be the next to die.
        pausedUntilMs = clock.monotonicMs() + FAILURE_PAUSE_MS;
      });
    } catch (err) {
      if (stopping.signal.aborted) return;
      logger.warn({ err, class: poolKeyText(shelf.key) }, "no sandbox could be prepared ahead");
      // A class that can't be had isn't asked for again soon.
      if (cold.canBeHad(shelf.key)) pausedUntilMs = clock.monotonicMs() + FAILURE_PAUSE_MS;
    }
  }

  function fillSoon(): void {
    quietUntilMs = clock.monotonicMs() + QUIET_MS;
    void clock.sleep(QUIET_MS + 1, stopping.signal).then(fill);
  }

  async function startCold(key: PoolKey, signal: AbortSignal): Promise<Sandbox> {
    coldStarts += 1;
    try {
      await rush.over(COLD_PATIENCE, signal);
      return await cold.prepare(key, signal);
    } finally {
      coldStarts -= 1;
      fillSoon();
    }
  }

  return {
    waiting: stock.waiting,
    async prepare(key, signal) {
      const shelf = stock.shelf(key);
      shelf.arrivals.note();
      const warm = shelf.take();
      onTaken(warm !== undefined);
      if (!warm) return startCold(key, signal);
      rush.note();
      fillSoon();
      return warm;
    },
    start() {
      fill();
      loop = (async () => {
        while (!stopping.signal.aborted) {
          await clock.sleep(TICK_MS, stopping.signal);
          stock.removeOlderThan(maxAgeMs);
          fill();
        }
      })();
    },
    drop() {
      generation += 1;
      stock.removeAll();
    },
    async stop() {
      stopping.abort();
      stock.removeAll();
      await Promise.all([loop, ...preparing]);
    },
  };
}
