import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { execa } from "execa";

import type { Setup } from "../../lib/setup.ts";
import { SetupError } from "../../lib/setup-error.ts";
import type { Check } from "./mutants.ts";

const MODEL_TEST = "services/backplane/src/mongo/delivery-model.test.ts";
const LIMIT_MS = 15 * 60_000;

export interface CheckServers {
  mongoUrl: string;
  redisUrl: string;
  dockerHost: string;
}

export interface CheckResult {
  passed: boolean;
  /** The line that says why, or how much was checked. */
  said: string;
}

/** Runs one check on the services in `dir`. */
export async function runCheck(setup: Setup, check: Check, dir: string, servers: CheckServers): Promise<CheckResult> {
  return check.run.kind === "model"
    ? runModel(setup, dir, servers)
    : runHarness(setup, check.run.args, { dir, servers });
}

async function runModel(setup: Setup, dir: string, { mongoUrl, redisUrl }: CheckServers): Promise<CheckResult> {
  const vitest = join(dir, "node_modules/vitest/vitest.mjs");
  const file = join(dir, "model-report.json");
  const args = [vitest, "run", "--project", "backplane", "--reporter", "json", "--outputFile", file, MODEL_TEST];
  const env = { LAMBDALITE_TEST_MONGO_URL: mongoUrl, LAMBDALITE_TEST_REDIS_URL: redisUrl };
  const { stderr } = await run(setup, args, { cwd: dir, env });
  const report = JSON.parse(await readFile(file, "utf8").catch(() => "{}")) as TestReport;
  const { numPassedTests = 0, numFailedTests = 0, testResults = [] } = report;
  if (numPassedTests + numFailedTests === 0)
    throw new SetupError(`${MODEL_TEST} didn't run:\n${testResults[0]?.message ?? stderr}`);
  const failed = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .find(({ status }) => status === "failed");
  return { passed: numFailedTests === 0, said: failed ? failed.fullName.trim() : `${numPassedTests} tests` };
}

interface TestReport {
  numPassedTests?: number;
  numFailedTests?: number;
  testResults?: TestFile[];
}

interface TestFile {
  message?: string;
  assertionResults: Array<{ status: string; fullName: string }>;
}

async function runHarness(
  setup: Setup,
  given: readonly string[],
  { dir, servers }: { dir: string; servers: CheckServers },
): Promise<CheckResult> {
  const file = join(dir, "chaos-report.json");
  const main = join(import.meta.dirname, "../main.ts");
  const args = ["--conditions=@lambda-lite/source", main, "--short", "--root", dir, "--json", file, ...given];
  const { stdout, stderr, exitCode } = await run(setup, args, { cwd: dir, env: { DOCKER_HOST: servers.dockerHost } });
  const verdict = /^\d+ rounds, .*$/m.exec(stdout)?.[0];
  if (verdict === undefined) throw new SetupError(`The harness broke down:\n${stdout}\n${stderr}`);
  return { passed: exitCode === 0, said: verdict };
}

function run(setup: Setup, args: readonly string[], options: { cwd: string; env: Record<string, string> }) {
  return execa(process.execPath, args, {
    ...options,
    reject: false,
    stdin: "ignore",
    timeout: LIMIT_MS,
    cancelSignal: setup.stop.signal,
  });
}
