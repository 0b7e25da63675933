import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

import type { Outcome } from "./scenario.ts";

/** A line for each scenario with its figures, below it what went wrong. */
export function renderReport(outcomes: Outcome[]): string {
  const width = Math.max(...outcomes.map(({ name }) => name.length));
  return outcomes
    .flatMap(({ name, result, seconds, facts, error }) => {
      const figures = Object.entries(facts).map(([key, value]) => `${key} ${value}`);
      const line = `${name.padEnd(width)}  ${result.padEnd(7)} ${`${seconds} s`.padStart(8)}  ${figures.join(", ")}`;
      return error ? [line, ...error.split("\n").map((text) => `    ${text}`)] : [line];
    })
    .join("\n");
}

export async function writeReport(file: string, outcomes: Outcome[]): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify({ outcomes }, undefined, 2)}\n`);
}
