import { writeFileSync } from "node:fs";

import type { Reporter, SerializedError, TestModule } from "vitest/node";

import { renderCounts } from "./lib/test-counts.ts";
import type { TestCounts } from "./lib/test-counts.ts";

/**
 * Closes a run with `N passed, N failed`. Under `npm test` the counts go to the file that LAMBDALITE_TEST_SUMMARY
 * names instead, because the search for leaks comes afterwards and counts too.
 */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const counts = countTests(modules, unhandled.length);
    const file = process.env["LAMBDALITE_TEST_SUMMARY"];
    if (file) writeFileSync(file, JSON.stringify(counts));
    // At exit, because the coverage table would follow otherwise.
    else process.once("exit", () => process.stdout.write(`${renderCounts(counts)}\n`));
  }
}

/** A file that fails without a failed test (it doesn't load, a hook throws) and an unhandled error count as one each. */
function countTests(modules: readonly TestModule[], unhandledErrors: number): TestCounts {
  const counts: TestCounts = { passed: 0, failed: unhandledErrors };
  for (const module of modules) {
    let failedHere = 0;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === "passed") counts.passed += 1;
      if (state === "failed") failedHere += 1;
    }
    if (failedHere === 0 && module.state() === "failed") failedHere = 1;
    counts.failed += failedHere;
  }
  return counts;
}
