import type { SeededRandom } from "./seeded-random.ts";
import type { ChaosStack } from "./stack/chaos-stack.ts";
import type { PartName } from "./stack/parts.ts";
import type { JobRecord } from "./watch/job-database.ts";
import type { Recovery } from "./watch/recoveries.ts";

/** All that a schedule needs to know of a kind of fault. */
export interface FaultTraits {
  kind: string;
  /** One of them is hit. */
  targets: readonly PartName[];
  /** How often it comes, compared with the others. */
  share: number;
  /** From the blow to the healing, in ms: shortest and longest. */
  durationMs: readonly [number, number];
  /** What its target takes after the healing until it works as before, about, in ms. */
  recoveryMs: number;
  /** Some rounds of a long run have nothing else going on, so that what is promised in seconds can be measured. */
  alone?: { durationMs: number };
}

/** Where a fault strikes. */
export interface Scene {
  stack: ChaosStack;
  target: PartName;
  /** Of this round alone. */
  random: SeededRandom;
  /** Jobs that a worker holds. Call it right before the blow. */
  heldBy(workerId: string): Promise<JobRecord[]>;
  /** Measures, beside everything else, how long these jobs take to run again. */
  follow(held: readonly JobRecord[], after: Recovery["after"], lostAtMs: number): void;
  /** Counts what was done: `SIGKILL`, `partition` … */
  hit(how: string): void;
  /** A figure for the report. */
  fact(name: string, value: number): void;
}

/** Undoes the blow. Resolves when the target is up again. */
export type Heal = () => Promise<void>;

/** One kind of fault. */
export interface Fault extends FaultTraits {
  /** Why this stack can't have it; undefined when it can. */
  problem?(stack: ChaosStack): string | undefined;
  /** Strikes. Resolves when it has struck. */
  inject(scene: Scene): Promise<Heal>;
}
