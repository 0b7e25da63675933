import { setTimeout as sleep } from "node:timers/promises";

import type { JobDatabase } from "./job-database.ts";

/** Pause between two looks, in ms. */
const LOOK_MS = 500;
/** By so much a lease must be over to count as over: the database's clock is this machine's, its answer takes a while. */
const CERTAIN_MS = 1_000;

/** A lease that was over and ran again, in the same life of its worker: dead must be final. */
export interface RevivedLease {
  workerId: string;
  epoch: number;
  overForMs: number;
}

export interface LeaseWatcher {
  revived: readonly RevivedLease[];
  start(): void;
  stop(): Promise<void>;
}

export function createLeaseWatcher(database: Pick<JobDatabase, "leases">, everyMs = LOOK_MS): LeaseWatcher {
  const stopping = new AbortController();
  const revived: RevivedLease[] = [];
  /** Since when which life is over. */
  const over = new Map<string, number>();
  let loop: Promise<void> = Promise.resolve();

  async function look(): Promise<void> {
    const askedMs = Date.now();
    for (const { workerId, epoch, leaseUntilMs } of await database.leases()) {
      const life = `${workerId}/${epoch}`;
      const sinceMs = over.get(life);
      if (leaseUntilMs < askedMs - CERTAIN_MS) over.set(life, sinceMs ?? leaseUntilMs);
      else if (sinceMs !== undefined && leaseUntilMs > askedMs) {
        revived.push({ workerId, epoch, overForMs: askedMs - sinceMs });
        over.delete(life);
      }
    }
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      // The database is away now and then, as planned.
      await look().catch(() => undefined);
      await sleep(everyMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  }

  return {
    revived,
    start() {
      loop = run();
    },
    async stop() {
      stopping.abort();
      await loop;
    },
  };
}
