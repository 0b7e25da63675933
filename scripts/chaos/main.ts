import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { stateDir } from "../lib/paths.ts";
import { runToEnd } from "../lib/run-to-end.ts";
import { createSetup } from "../lib/setup.ts";
import type { Setup } from "../lib/setup.ts";
import { SetupError, describeError } from "../lib/setup-error.ts";
import { becomeTheOnlyRun } from "../lib/single-run.ts";
import { runChaos } from "./chaos-run.ts";
import type { ChaosResult } from "./chaos-run.ts";
import { readOptions, usage } from "./options.ts";
import type { Options } from "./options.ts";
import { figuresOf, renderReport } from "./report.ts";

async function run(setup: Setup, options: Options, dir: string): Promise<ChaosResult> {
  await becomeTheOnlyRun(setup, "npm run chaos", "fail");
  const { mongoUrl, redisUrl } = setup.environment;
  if (mongoUrl || redisUrl) throw new SetupError("The harness kills its servers: unset MONGO_URL and REDIS_URL.");
  await rm(join(dir, "logs"), { recursive: true, force: true });
  return runChaos(setup, { ...options.run, dir });
}

/** Everything but the jobs that went well. */
async function writeReport(file: string, result: ChaosResult): Promise<void> {
  const { evidence, ...rest } = result;
  const { rounds, incidents, refusals } = evidence;
  const report = { ...rest, figures: figuresOf(result), rounds, incidents, refusals };
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(report, undefined, 2)}\n`);
}

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(usage);
    return 0;
  }
  const purpose = options.short ? "chaos-short" : "chaos";
  const setup = createSetup(purpose, process.env);
  const end = await runToEnd(setup, () => run(setup, options, join(stateDir, purpose)));
  if (end.kind !== "done") return 1;
  const file = options.json ?? join(stateDir, `${purpose}-report.json`);
  await writeReport(file, end.value);
  setup.screen.line(`\n${renderReport(end.value)}\n\nReport: ${file}`);
  return end.value.violations.length === 0 ? 0 : 1;
}

const code = await main().catch((error: unknown) => {
  process.stderr.write(`${describeError(error)}\n`);
  return 1;
});
process.exit(code);
