import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { dieWithParent } from "../lib/die-with-parent.ts";
import { root } from "../lib/paths.ts";
import { signalGroup } from "../lib/pid-files.ts";
import type { Setup } from "../lib/setup.ts";
import type { TestCounts } from "../lib/test-counts.ts";

export interface VitestRun {
  args: string[];
  env: Record<string, string>;
  /** Where the summary reporter leaves the counts. */
  summaryFile: string;
}

/** How long an interrupted test may take for its clean-up. */
const graceMs = 10_000;

/** Runs vitest to its end. Without a summary it broke down, which counts as a failure. */
export async function runVitest(setup: Setup, { args, env, summaryFile }: VitestRun): Promise<TestCounts> {
  const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
  const [command, ...rest] = dieWithParent([process.execPath, vitest, "run", ...args]);
  const child = spawn(command, rest, {
    cwd: root,
    // In a group of its own, so that a Ctrl-C reaches it in its turn: before the servers that it uses.
    detached: true,
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...setup.processEnv, ...env, LAMBDALITE_TEST_SUMMARY: summaryFile },
  });
  const exited = once(child, "exit") as Promise<[code: number | null]>;
  const pid = child.pid as number;
  setup.supervisor.defer("vitest", async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    signalGroup(pid, "SIGTERM");
    const insist = setTimeout(() => signalGroup(pid, "SIGKILL"), graceMs);
    await exited;
    clearTimeout(insist);
  });
  await setup.pidFiles.write("vitest", pid, graceMs);
  const [code] = await exited;
  await setup.pidFiles.remove("vitest");
  const counts = await readCounts(summaryFile);
  // Vitest can fail without a failed test: coverage below its threshold, no test found.
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

async function readCounts(file: string): Promise<TestCounts> {
  const text = await readFile(file, "utf8").catch(() => '{"passed":0,"failed":1}');
  return JSON.parse(text) as TestCounts;
}
