import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { execa } from "execa";

import { root } from "../lib/paths.ts";
import type { Setup } from "../lib/setup.ts";
import type { TestCounts } from "../lib/test-counts.ts";

export interface VitestRun {
  args: string[];
  env: Record<string, string>;
  /** Where the summary reporter leaves the counts. */
  summaryFile: string;
}

/** Runs vitest to its end. Without a summary it broke down, which counts as a failure. */
export async function runVitest(setup: Setup, { args, env, summaryFile }: VitestRun): Promise<TestCounts> {
  const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
  const result = await execa(process.execPath, [vitest, "run", ...args], {
    cwd: root,
    stdin: "ignore",
    stdout: "inherit",
    stderr: "inherit",
    reject: false,
    env: { ...env, LAMBDALITE_TEST_SUMMARY: summaryFile },
    cancelSignal: setup.stop.signal,
    forceKillAfterDelay: 10_000,
  });
  const counts = await readCounts(summaryFile);
  // Vitest can fail without a failed test: coverage below its threshold, no test found.
  return result.failed && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

async function readCounts(file: string): Promise<TestCounts> {
  const text = await readFile(file, "utf8").catch(() => '{"passed":0,"failed":1}');
  return JSON.parse(text) as TestCounts;
}
