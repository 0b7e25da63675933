/** `npm run chaos:mutants`: a broken build is caught, and an unbroken one passes. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { stateDir } from "../lib/paths.ts";
import { runToEnd } from "../lib/run-to-end.ts";
import { createSetup } from "../lib/setup.ts";
import type { Setup } from "../lib/setup.ts";
import { becomeTheOnlyRun } from "../lib/single-run.ts";
import { isSuccess, renderCounts } from "../lib/test-counts.ts";
import type { TestCounts } from "../lib/test-counts.ts";
import { applyPatch, copyCheckout } from "./mutants/checkout-copy.ts";
import { allChecks, mutants } from "./mutants/mutants.ts";
import { runCheck } from "./mutants/run-check.ts";
import type { CheckResult, CheckServers } from "./mutants/run-check.ts";
import { createEngine } from "./stack/docker-engine.ts";
import { cleanEnvironment } from "./stack/environment.ts";
import { createMongo } from "./stack/mongo-server.ts";
import { createRedis } from "./stack/redis-server.ts";
import type { StackParts } from "./stack/stack-parts.ts";

const { values: options } = parseArgs({ options: { only: { type: "string" } } });
const only = options.only?.split(",");
const chosen = mutants.filter(({ name }) => !only || only.includes(name));
const checks = allChecks.filter((check) => chosen.some(({ caughtBy }) => caughtBy.includes(check)));

const counts: TestCounts = { passed: 0, failed: 0 };

async function run(setup: Setup): Promise<void> {
  await becomeTheOnlyRun(setup, "npm run chaos:mutants", "fail");
  const servers = await startServers(setup);
  const base = await mkdtemp(join(tmpdir(), "lambda-lite-mutants-"));
  setup.supervisor.defer("copies", () => rm(base, { recursive: true, force: true }));

  const unbroken = join(base, "unbroken");
  await copyCheckout(unbroken);
  for (const check of checks)
    await expectThat(setup, `unbroken passes ${check.name}`, async () => {
      const result = await runCheck(setup, check, unbroken, servers);
      return { ...result, fine: result.passed };
    });
  for (const { name, caughtBy } of chosen) {
    const dir = join(base, name);
    await copyCheckout(dir);
    await applyPatch(dir, join(import.meta.dirname, "mutants", `${name}.patch`));
    for (const check of caughtBy)
      await expectThat(setup, `${name} is caught by ${check.name}`, async () => {
        const result = await runCheck(setup, check, dir, servers);
        return { ...result, fine: !result.passed };
      });
  }
}

async function expectThat(
  setup: Setup,
  what: string,
  work: () => Promise<CheckResult & { fine: boolean }>,
): Promise<void> {
  await setup.screen.step(what, async (step) => {
    const { fine, said } = await work();
    counts[fine ? "passed" : "failed"] += 1;
    step.note(`${fine ? "yes" : "NO"}; ${said}`);
  });
}

async function startServers(setup: Setup): Promise<CheckServers> {
  const dir = join(stateDir, "chaos");
  const parts: StackParts = {
    common: { env: cleanEnvironment(setup.processEnv), logDir: join(dir, "logs") },
    dirOf: (name) => join(dir, name),
    onIncident: ({ program, what }) => setup.screen.warn(`${program} ${what}`),
  };
  const engine = await createEngine(setup, parts);
  const redis = await createRedis(setup, parts);
  const mongo = await createMongo(setup, parts);
  for (const server of [redis, mongo, ...(engine.program ? [engine.program] : [])]) {
    setup.supervisor.defer(server.name, async () => void (await server.terminate()));
    await server.start();
  }
  return { mongoUrl: mongo.urlOf("test"), redisUrl: redis.urlOf(""), dockerHost: engine.host };
}

const setup = createSetup("chaos", process.env);
const end = await runToEnd(setup, () => run(setup));
if (end.kind !== "done") counts.failed += 1;
setup.screen.line(renderCounts(counts));
process.exit(isSuccess(counts) ? 0 : 1);
