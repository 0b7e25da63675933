import { setImmediate as nextTurn } from "node:timers/promises";
import type { Clock, JobConsumer } from "@lambda-lite/backplane/ports";
import type { Logger } from "pino";
import type { JobRunner } from "./job-runner.ts";
import type { TokenBucket } from "./token-bucket.ts";

/** How often a closed gate is looked at, in ms. */
const GATE_POLL_MS = 100;
/** Pause after the queue couldn't be read, in ms. */
const QUEUE_RETRY_MS = 1_000;

export interface FetchLoop {
  stopped(): boolean;
  start(): void;
  /** Takes no more entries; resolves when the last read is over. Running jobs run on. */
  stop(): Promise<void>;
}

/**
 * Fetches only what can run at once: with a free slot, a token of the rate limit, and an open gate
 * (healthy engine, valid lease). An entry is never held waiting in a worker that is not ready for it.
 */
export function createFetchLoop(deps: {
  consumer: JobConsumer;
  runner: JobRunner;
  concurrency: number;
  bucket: TokenBucket;
  gateOpen: () => boolean;
  clock: Clock;
  logger: Logger;
}): FetchLoop {
  const { consumer, runner, concurrency, bucket, gateOpen, clock, logger } = deps;
  const stopping = new AbortController();
  const { signal } = stopping;
  let busy = 0;
  let slotFreed = Promise.withResolvers<void>();
  let loop: Promise<void> = Promise.resolve();
  let queueAway = false;

  async function waitForRoom(): Promise<void> {
    while (!signal.aborted && busy >= concurrency) await slotFreed.promise;
    while (!signal.aborted && !gateOpen()) await clock.sleep(GATE_POLL_MS, signal);
  }

  async function fetchOne(): Promise<void> {
    await waitForRoom();
    if (!(await bucket.take(signal))) return;
    const entry = await consumer.next(signal);
    queueAway = false;
    if (!entry) return bucket.putBack();
    // The read may have begun before the drain, or before the engine or the lease went.
    if (signal.aborted || !gateOpen()) return entry.putBack();
    busy += 1;
    void runner.run(entry).finally(() => {
      busy -= 1;
      slotFreed.resolve();
      slotFreed = Promise.withResolvers();
    });
    // Its claim is sent before the next read begins.
    await nextTurn();
  }

  async function run(): Promise<void> {
    while (!signal.aborted) {
      try {
        await fetchOne();
      } catch (err) {
        if (!queueAway) logger.warn({ err }, "the queue can't be read; waiting");
        queueAway = true;
        bucket.putBack();
        await clock.sleep(QUEUE_RETRY_MS, signal);
      }
    }
  }

  return {
    stopped: () => signal.aborted,
    start() {
      loop = run();
    },
    async stop() {
      stopping.abort();
      slotFreed.resolve();
      await loop;
    },
  };
}
