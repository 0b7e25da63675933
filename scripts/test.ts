import { runToEnd } from "./lib/run-to-end.ts";
import { createSetup } from "./lib/setup.ts";
import { describeError } from "./lib/setup-error.ts";
import { isSuccess, renderCounts } from "./lib/test-counts.ts";
import type { TestCounts } from "./lib/test-counts.ts";
import { runSuite } from "./testing/run-suite.ts";

const usage = `Usage: npm test [-- vitest's arguments]

Runs the tests on real servers of their own, which are gone afterwards.

  npm test -- services/api              tests whose path contains this
  npm test -- --project worker          one project
  npm test -- -t "a part of its name"   tests by name
  npm test -- --coverage                with coverage

MONGO_URL, REDIS_URL, DOCKER_HOST, LAMBDALITE_MONGOD as for npm start; LAMBDALITE_TEST_CHROMIUM names a browser.
`;

/** `npm test`: the last line is always `N passed, N failed`. Preparations that fail count as a failure. */
async function main(): Promise<TestCounts> {
  const setup = createSetup("test", process.env);
  const end = await runToEnd(setup, () => runSuite(setup, process.argv.slice(2)));
  return end.kind === "done" ? end.value : { passed: 0, failed: 1 };
}

function fail(error: unknown): TestCounts {
  process.stderr.write(`${describeError(error)}\n`);
  return { passed: 0, failed: 1 };
}

if (process.argv.includes("--help")) {
  process.stdout.write(usage);
} else {
  const counts = await main().catch(fail);
  process.stdout.write(`${renderCounts(counts)}\n`);
  process.exit(isSuccess(counts) ? 0 : 1);
}
