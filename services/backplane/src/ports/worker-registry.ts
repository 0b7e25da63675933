import type { Claimant } from "./job-store.ts";

/** What a worker offers; told anew with every renewal. */
export interface WorkerOffer {
  /** Identity of the Docker engine that it drives. */
  engineId: string;
  pool: string;
  runtimes: readonly string[];
  isolations: readonly string[];
  /** How many jobs it runs at once, and how many it runs now. */
  slots: number;
  busy: number;
}

export interface WorkerRecord extends Claimant, WorkerOffer {}

/** Length of a worker's lease, in ms. Long enough for a pause of a busy machine, short enough for a user. */
export const LEASE_MS = 20_000;

/**
 * Who lives: one lease per worker, judged by the database's clock. A lease that ran out is never
 * revived: the worker must register again and gets a new epoch, so "dead" is final for an epoch.
 */
export interface WorkerRegistry {
  /** Starts a new life of this worker: epoch + 1 and a fresh lease. */
  register(workerId: string, offer: WorkerOffer): Promise<Claimant>;
  /** False when this life is over: the lease ran out, or a newer life has begun. */
  renew(life: Claimant, offer: WorkerOffer): Promise<boolean>;
  /** Ends this life now. The epoch is kept, so that the next one is higher. */
  retire(life: Claimant): Promise<void>;
  /** Those whose lease runs. */
  living(): Promise<WorkerRecord[]>;
}
