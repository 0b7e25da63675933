import type { Lab } from "./lab.ts";
import type { Sample } from "./timeline.ts";

/** Figures that a scenario found, for the report. */
export type Facts = Record<string, string | number | boolean>;

/** One promise of the project, seen on a real cluster. It throws when the promise is broken. */
export interface Scenario {
  name: string;
  promise: string;
  timeoutMs: number;
  run(lab: Lab): Promise<Facts | Skipped>;
}

/** What this cluster doesn't offer; neither passed nor failed. */
export class Skipped {
  readonly why: string;
  constructor(why: string) {
    this.why = why;
  }
}

export interface Outcome {
  name: string;
  promise: string;
  result: "passed" | "failed" | "skipped";
  seconds: number;
  facts: Facts;
  error?: string;
  timeline: Sample[];
}

export function ensure(condition: boolean, otherwise: string): asserts condition {
  if (!condition) throw new Error(otherwise);
}
