import type { QueueState } from "@lambda-lite/shared";

/** What is decided about pools. Mongo owns it; Redis only mirrors it for the hurry and the autoscaler. */
export interface PoolRegistry {
  setPaused(pool: string, paused: boolean): Promise<QueueState>;
  isPaused(pool: string): Promise<boolean>;
  /** Every pool that was paused once, that a worker offered lately, and the default one. */
  list(): Promise<QueueState[]>;
}
