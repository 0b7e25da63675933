import { join } from "node:path";

import { configDefaults, defineConfig } from "vitest/config";

/** Tests run the sources of every workspace, not what was built of them. */
const conditions = ["@lambda-lite/source"];

/** Every test file fails that leaves a connection, a server, a child or a timer open. */
const noHandleLeaks = join(import.meta.dirname, "scripts/testing/no-handle-leaks.ts");
const patientWaits = join(import.meta.dirname, "scripts/testing/patient-waits.ts");

const CHAOS = "chaos/chaos.test.ts";

function project(name: string, root: string, include: string[], exclude: string[] = []) {
  return {
    extends: true as const,
    // "import" must not be among them: it would reach Node and break `require` in Express.
    ssr: { resolve: { conditions, externalConditions: conditions } },
    test: {
      name,
      root,
      include,
      exclude: [...configDefaults.exclude, ...exclude],
      setupFiles: [noHandleLeaks, patientWaits],
    },
  };
}

function alone(one: ReturnType<typeof project>) {
  return { ...one, test: { ...one.test, sequence: { groupOrder: 1 } } };
}

const beside = ["{src,test}/**/*.test.ts"];
const anywhere = ["**/*.test.ts"];

export default defineConfig({
  test: {
    projects: [
      project("shared", "services/shared", beside),
      project("backplane", "services/backplane", beside),
      project("api", "services/api", beside),
      project("worker", "services/worker", beside),
      project("sandbox", "sandbox/javascript", anywhere),
      project("scripts", "scripts", anywhere, [CHAOS]),
      // By itself, after all others: it judges by time, and would take theirs.
      alone(project("chaos", "scripts", [CHAOS])),
      project("web", "web", ["**/*.test.{ts,tsx}"]),
    ],
    // Containers start and stop in these tests.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 10_000 } },
    // The suite is made for two cores; more files at once would measure each other.
    maxWorkers: 2,
    reporters: ["default", "./scripts/summary-reporter.ts"],
    coverage: { provider: "v8", include: ["services/*/src/**/*.ts", "sandbox/javascript/**/*.js", "web/src/**"] },
  },
});
