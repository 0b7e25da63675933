import type { Clock } from "@lambda-lite/backplane/ports";
import type { Logger } from "pino";
import type { PoolKey, Sandbox, SandboxProvider } from "../ports/sandbox.ts";
import { poolKeyText } from "../ports/sandbox.ts";
import { createArrivalRate } from "./arrival-rate.ts";
import type { Rush } from "./rush.ts";

/** How often the pool looks after itself, in ms, besides at each take. */
const TICK_MS = 1_000;
/** So long after a take nothing is refilled, in ms: a warm job is over by then, and had the machine to itself. */
const QUIET_MS = 150;
/** Takes that never pause keep the pool from filling no longer than this, in ms. */
const MAX_QUIET_MS = 1_000;
/** A cold start gives way for at most half of what it takes. */
const COLD_PATIENCE = { quietMs: 60, mostMs: 150 };
/** How far ahead the pool is filled, in ms: what a few fresh containers take on a busy machine. */
const LEAD_MS = 2_000;
/** Pause after a sandbox couldn't be made, in ms. */
const FAILURE_PAUSE_MS = 5_000;
/** Prepared at once: a start keeps about one core busy. */
const PARALLEL = 2;

export interface WarmPool extends SandboxProvider {
  /** Sandboxes that wait for a job. */
  waiting(): number;
  start(): void;
  /** Removes every waiting sandbox: those of a life that is over, or of an engine that failed. */
  drop(): void;
  /** Removes all, and fills no more. Jobs that still come start cold. */
  stop(): Promise<void>;
}

export interface WarmPoolOptions {
  /** Where sandboxes come from. */
  cold: SandboxProvider;
  /** Which jobs find one here; others start cold. */
  key: PoolKey;
  /** Fewest and most that wait. The number between follows the arrival rate. */
  min: number;
  max: number;
  /** A sandbox that waited longer is replaced, in ms. */
  maxAgeMs: number;
  /** Whether sandboxes may be made now: engine healthy, lease valid. */
  mayFill: () => boolean;
  onTaken: (warm: boolean) => void;
  onFailure: (error: unknown) => void;
  rush: Rush;
  clock: Clock;
  logger: Logger;
}

interface Waiting {
  sandbox: Sandbox;
  sinceMs: number;
}

/**
 * Sandboxes that are prepared ahead and used once: a cache behind the port that a cold start stands behind too. What is
 * given away is given away for ever. Order of what may use the machine: running jobs, waiting jobs' cold starts, refill.
 */
export function createWarmPool(options: WarmPoolOptions): WarmPool {
  const { cold, key, min, max, maxAgeMs, mayFill, onTaken, onFailure, rush, clock, logger } = options;
  const ownKey = poolKeyText(key);
  const stopping = new AbortController();
  const preparing = new Set<Promise<void>>();
  let waiting: Waiting[] = [];
  const takes = createArrivalRate(clock);
  let coldStarts = 0;
  let pausedUntilMs = 0;
  let quietUntilMs = 0;
  /** Since when takes have kept it from filling. */
  let quietSinceMs: number | undefined;
  let loop: Promise<void> = Promise.resolve();
  /** Rises when everything prepared so far is void: what is under way then isn't kept. */
  let generation = 0;

  const dispose = ({ sandbox }: Waiting) => void sandbox.dispose();

  const wanted = () => Math.min(max, Math.max(min, takes.expectedWithin(LEAD_MS)));

  function removeOld(): void {
    const bornAfterMs = clock.monotonicMs() - maxAgeMs;
    const old = waiting.filter(({ sinceMs }) => sinceMs < bornAfterMs);
    waiting = waiting.filter(({ sinceMs }) => sinceMs >= bornAfterMs);
    old.forEach(dispose);
  }

  function fill(): void {
    const nowMs = clock.monotonicMs();
    if (stopping.signal.aborted || coldStarts > 0 || !mayFill()) return;
    if (nowMs < pausedUntilMs || nowMs < quietUntilMs) return;
    quietSinceMs = undefined;
    while (preparing.size < PARALLEL && waiting.length + preparing.size < wanted()) {
      const one: Promise<void> = prepareOne().finally(() => {
        preparing.delete(one);
        fill();
      });
      preparing.add(one);
    }
  }

  async function prepareOne(): Promise<void> {
    const ownGeneration = generation;
    try {
      const sandbox = await cold.prepare(key, stopping.signal);
      const one: Waiting = { sandbox, sinceMs: clock.monotonicMs() };
      if (stopping.signal.aborted || ownGeneration !== generation) return dispose(one);
      waiting.push(one);
      // One that died isn't handed out, but replaced.
      void sandbox.ended.then(() => remove(one));
    } catch (err) {
      if (stopping.signal.aborted) return;
      pausedUntilMs = clock.monotonicMs() + FAILURE_PAUSE_MS;
      logger.warn({ err }, "no sandbox could be prepared ahead");
      onFailure(err);
    }
  }

  function remove(one: Waiting): void {
    if (!waiting.includes(one)) return;
    waiting = waiting.filter((other) => other !== one);
    dispose(one);
    logger.warn("a waiting sandbox died");
    // Not at once: where memory is short, the next one would be the next to die.
    pausedUntilMs = clock.monotonicMs() + FAILURE_PAUSE_MS;
  }

  function fillSoon(): void {
    const nowMs = clock.monotonicMs();
    quietSinceMs ??= nowMs;
    quietUntilMs = Math.min(nowMs + QUIET_MS, quietSinceMs + MAX_QUIET_MS);
    void clock.sleep(QUIET_MS + 1, stopping.signal).then(fill);
  }

  async function startCold(wantedKey: PoolKey, signal: AbortSignal): Promise<Sandbox> {
    coldStarts += 1;
    try {
      await rush.over(COLD_PATIENCE, signal);
      return await cold.prepare(wantedKey, signal);
    } finally {
      coldStarts -= 1;
      fillSoon();
    }
  }

  return {
    waiting: () => waiting.length,
    async prepare(wantedKey, signal) {
      const fits = poolKeyText(wantedKey) === ownKey;
      if (fits) takes.note();
      // The oldest first: none waits until it is too old while there are jobs.
      const warm = fits ? waiting.shift() : undefined;
      onTaken(warm !== undefined);
      if (!warm) return startCold(wantedKey, signal);
      rush.note();
      fillSoon();
      return warm.sandbox;
    },
    start() {
      fill();
      loop = (async () => {
        while (!stopping.signal.aborted) {
          await clock.sleep(TICK_MS, stopping.signal);
          removeOld();
          fill();
        }
      })();
    },
    drop() {
      generation += 1;
      waiting.splice(0).forEach(dispose);
    },
    async stop() {
      stopping.abort();
      waiting.splice(0).forEach(dispose);
      await Promise.all([loop, ...preparing]);
    },
  };
}
