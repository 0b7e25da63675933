import type { Incident } from "./program.ts";

/** What every program of a stack is made with. */
export interface StackParts {
  common: { env: Record<string, string>; logDir: string };
  /** A folder for one of them. */
  dirOf(name: string): string;
  onIncident(incident: Incident): void;
}
