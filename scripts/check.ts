import { parseArgs } from "node:util";

import { allChecks } from "./checks/checks.ts";
import { renderResults, runCheck } from "./checks/run-check.ts";
import type { CheckResult } from "./checks/run-check.ts";

/** `npm run check`: all checks, also after one has failed; a failed one's output, then one line for each. */
async function main(): Promise<number> {
  parseArgs({ args: process.argv.slice(2), options: {} });
  const results: CheckResult[] = [];
  for (const check of allChecks()) {
    const result = await runCheck(check);
    if (!result.passed || result.output.includes("warning"))
      process.stdout.write(`\n── ${result.name}\n${result.output}\n`);
    results.push(result);
  }
  process.stdout.write(`\n${renderResults(results)}\n`);
  return results.every(({ passed }) => passed) ? 0 : 1;
}

process.exitCode = await main();
