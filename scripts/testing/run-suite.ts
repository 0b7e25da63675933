import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";

import { freePort } from "../lib/free-port.ts";
import { root, stateDir } from "../lib/paths.ts";
import { runCommand } from "../lib/run-command.ts";
import type { Setup } from "../lib/setup.ts";
import { becomeTheOnlyRun } from "../lib/single-run.ts";
import type { TestCounts } from "../lib/test-counts.ts";
import { ensureChromium } from "../servers/chromium.ts";
import { ensureDockerEngine } from "../servers/docker-engine.ts";
import type { DockerEngine } from "../servers/docker-engine.ts";
import { createImageSource } from "../servers/image-source.ts";
import { ensureMongo, testOrder } from "../servers/mongo.ts";
import { checkNamedServers } from "../servers/named-servers.ts";
import { ensureRedis } from "../servers/redis.ts";
import { ensureSandboxImage } from "../servers/sandbox-image.ts";
import { awaitNoLeaks } from "./await-no-leaks.ts";
import { takeInventory } from "./inventory.ts";
import { runVitest } from "./run-vitest.ts";
import { killMarked, markerName } from "./test-processes.ts";

/** Servers of its own, the built page, the tests, then the search for what they left. */
export async function runSuite(setup: Setup, vitestArgs: string[]): Promise<TestCounts> {
  await becomeTheOnlyRun(setup, "npm test", "wait");
  await checkNamedServers(setup);
  // The same for every run of this checkout, so that a run finds what an earlier one left that was killed.
  const runId = setup.instance;
  const dir = join(stateDir, "test-data");
  await killMarked(runId);
  await rm(dir, { recursive: true, force: true });
  await mkdir(dir, { recursive: true });
  setup.supervisor.defer("test data", () => rm(dir, { recursive: true, force: true }));

  // The engine's folder is kept, because it holds the sandbox image.
  const engine = await ensureDockerEngine(setup, join(stateDir, "test-docker"), { offersCrun: true });
  const images = createImageSource(engine.docker);
  const mongoUrl = await ensureMongo(setup, {
    port: await freePort(),
    dir: join(dir, "mongo"),
    database: "test",
    engine,
    images,
    order: testOrder,
  });
  const redisUrl = await ensureRedis(setup, { port: await freePort(), dir: join(dir, "redis"), engine, images });
  const sandboxImage = await ensureSandboxImage(setup, engine);
  const chromium = await ensureChromium(setup);
  await buildPage(setup);

  await removeContainers(engine);
  setup.supervisor.defer("containers", () => removeContainers(engine));
  setup.supervisor.defer("processes of tests", () => killMarked(runId));
  const sources = { docker: engine.docker, redisUrl, mongoUrl, runId };
  const before = await takeInventory(sources);
  const counts = await runVitest(setup, {
    args: vitestArgs,
    summaryFile: join(dir, "summary.json"),
    env: {
      [markerName]: runId,
      LAMBDALITE_TEST_MONGO_URL: mongoUrl,
      LAMBDALITE_TEST_REDIS_URL: redisUrl,
      LAMBDALITE_TEST_DOCKER_HOST: engine.host,
      LAMBDALITE_TEST_SANDBOX_IMAGE: sandboxImage,
      LAMBDALITE_TEST_CHROMIUM: chromium,
    },
  });
  setup.stop.signal.throwIfAborted();
  const leaks = await setup.screen.step("Looking for leaks", () => awaitNoLeaks(before, sources));
  for (const leak of leaks) setup.screen.warn(`left behind: ${leak}`);
  return { passed: counts.passed, failed: counts.failed + leaks.length };
}

/** Our own engine keeps its folder for the next run. On somebody else's we only report what a test left. */
async function removeContainers({ docker, isOurs }: DockerEngine): Promise<void> {
  if (!isOurs) return;
  const left = await docker.listContainers({ all: true, filters: { label: ["lambdalite"] } });
  await Promise.all(left.map(({ Id }) => docker.getContainer(Id).remove({ force: true })));
}

/** The tests open the page as the API serves it. */
async function buildPage(setup: Setup): Promise<void> {
  await setup.screen.step("Building the page", (step) =>
    runCommand(step, "npm", ["run", "build", "-w", "web"], { cwd: root, signal: setup.stop.signal }),
  );
}
