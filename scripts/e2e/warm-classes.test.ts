import { setTimeout as sleep } from "node:timers/promises";

import { testServers } from "@lambda-lite/backplane/testing";
import Docker from "dockerode";
import { afterAll, beforeAll, expect, test } from "vitest";

import { waitUntil } from "../lib/wait-until.ts";
import { startTestStack } from "./test-stack.ts";
import type { TestStack } from "./test-stack.ts";

const LIMITS = { memory: 1_024, cpus: 0.5 };
const CLASS = "javascript/container/1024MB/0.5cpu/64pids";

const docker = new Docker({ socketPath: new URL(testServers().dockerHost).pathname });
let stack: TestStack;
beforeAll(async () => {
  const env = { MAX_CPUS: "64", FAULT_BUDGET: "2" };
  stack = await startTestStack({ apiEnv: env, workerEnv: { FAULT_BUDGET: env.FAULT_BUDGET } });
});
afterAll(() => stack?.close());

/** Containers of this class that its worker has, running or not. */
async function ofClass(): Promise<string[]> {
  const filters = { label: [`lambdalite.pool-key=${CLASS}`, `lambdalite.worker=${stack.redisPrefix}-0`] };
  return (await docker.listContainers({ all: true, filters })).map(({ Id }) => Id);
}

/** The worker's `lambdalite_<name>`. */
async function metric(name: string): Promise<number> {
  const address = `http://127.0.0.1:${String(stack.workers[0]?.up["healthPort"])}/metrics`;
  const lines = (await (await fetch(address)).text()).split("\n");
  return Number(lines.find((line) => line.startsWith(`lambdalite_${name} `))?.split(" ")[1] ?? 0);
}
const takenWarm = () => metric('sandboxes_taken_total{start="warm"}');

async function run(): Promise<void> {
  const { id } = await stack.submit({ code: "function main() { return 1; }", limits: LIMITS });
  expect(await stack.finished(id)).toMatchObject({ status: "COMPLETED", result: 1 });
}

test("a job of other limits finds a sandbox of just these waiting, once its like came twice", async () => {
  await run();
  await run();
  const [waiting] = await waitUntil(
    "one waits, beside one of the usual limits, and the used ones are gone",
    async () => {
      const [ids, warm] = [await ofClass(), await metric("warm_sandboxes")];
      if (ids.length !== 1 || warm !== 2) throw new Error(`there are ${ids.length}, and ${warm} wait`);
      return ids;
    },
    { timeoutMs: 20_000 },
  );
  const { Config, HostConfig, Name } = await docker.getContainer(waiting as string).inspect();
  expect(Name).not.toContain("job");
  expect(HostConfig).toMatchObject({ Memory: 1_024 * 2 ** 20, MemorySwap: 1_024 * 2 ** 20, NanoCpus: 0.5e9 });
  expect(Config.Cmd).toContain("--max-old-space-size=928");

  const before = await takenWarm();
  await run();
  expect(await takenWarm()).toBe(before + 1);
  await waitUntil(
    "the used one is gone",
    async () => {
      if ((await ofClass()).includes(waiting as string)) throw new Error("it is there");
    },
    { timeoutMs: 20_000 },
  );
});

test("a job that needs more than the engine has ends with a clear error, and the others go on", async ({ skip }) => {
  const { NCPU } = (await docker.info()) as { NCPU: number };
  skip(NCPU >= 64, "an engine with as many CPUs as a job may ever ask for");
  const { id } = await stack.submit({ code: "function main() { return 1; }", limits: { cpus: 64 } });
  const readiness: number[] = [];
  const ended = stack.finished(id, 60_000);
  let isOver = false;
  void ended.finally(() => (isOver = true));
  while (!isOver) {
    readiness.push((await fetch(`http://127.0.0.1:${String(stack.workers[0]?.up["healthPort"])}/readyz`)).status);
    await sleep(20);
  }
  expect(await ended).toMatchObject({ status: "FAILED", exit: { reason: "SANDBOX_ERROR" } });
  expect((await ended).error).toMatch(/CPUs/);
  expect(new Set(readiness)).toEqual(new Set([200]));
  expect(await metric('sandbox_unavailable_total{fault="class"}')).toBeGreaterThan(0);
  expect(await metric('sandbox_unavailable_total{fault="engine"}')).toBe(0);
});
