import { execa } from "execa";

import { root } from "../lib/paths.ts";

export interface Check {
  name: string;
  command: string;
  args: string[];
}

export interface CheckResult {
  name: string;
  passed: boolean;
  durationMs: number;
  output: string;
}

export async function runCheck({ name, command, args }: Check): Promise<CheckResult> {
  const startedAt = performance.now();
  const result = await execa(command, args, {
    all: true,
    cwd: root,
    localDir: root,
    preferLocal: true,
    reject: false,
    stdin: "ignore",
  });
  const output = result.exitCode === undefined ? (result.shortMessage ?? "") : result.all;
  return { name, passed: !result.failed, durationMs: performance.now() - startedAt, output: output.trim() };
}

/** One line for each check, the durations aligned. */
export function renderResults(results: CheckResult[]): string {
  const width = Math.max(...results.map(({ name }) => name.length));
  return results
    .map(({ name, passed, durationMs }) => {
      const seconds = `${(durationMs / 1000).toFixed(1)} s`;
      return `${passed ? "✓" : "✗"} ${name.padEnd(width)}  ${seconds.padStart(7)}  ${passed ? "passed" : "failed"}`;
    })
    .join("\n");
}
