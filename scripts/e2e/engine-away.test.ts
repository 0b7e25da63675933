import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { buildSandboxImage } from "../images/sandbox-image.ts";
import { stateDir } from "../lib/paths.ts";
import { waitUntil } from "../lib/wait-until.ts";
import { canRunEngine, startOwnEngine } from "./own-engine.ts";
import type { OwnEngine } from "./own-engine.ts";
import { startTestStack } from "./test-stack.ts";
import type { TestStack } from "./test-stack.ts";

/** Kept between runs, because it holds the image. */
const dataRoot = join(stateDir, "test-docker-alone");

describe.skipIf(!canRunEngine)("the Docker engine goes away", () => {
  let engine: OwnEngine;
  let stack: TestStack;

  const running = (id: string) =>
    waitUntil(
      "the job runs in its container",
      async () => {
        const { containers } = stack;
        const ours = (await containers()).some(({ Names }) => Names[0]?.includes(id));
        if (!ours) throw new Error("not yet");
      },
      { timeoutMs: 20_000 },
    );
  const ready = async () =>
    (await fetch(`http://127.0.0.1:${String(stack.workers[0]?.up["healthPort"])}/readyz`)).status;

  beforeAll(async () => {
    engine = await startOwnEngine(dataRoot);
    const sandboxImage = await buildSandboxImage({ docker: engine.docker, log: () => undefined });
    stack = await startTestStack({ dockerHost: engine.host, sandboxImage });
  }, 120_000);
  afterAll(async () => {
    await stack?.close();
    await engine?.close();
  }, 60_000);

  const SLEEPS = "function main(ms) { return new Promise((resolve) => setTimeout(() => resolve('done'), ms)); }";

  test(
    "restarted in the middle of a job: the platform's fault, and the job runs again",
    { timeout: 60_000 },
    async () => {
      const { id } = await stack.submit({ code: SLEEPS, args: [4_000] });
      await running(id);
      await engine.stop();
      await engine.start();
      const job = await stack.finished(id, 40_000);
      expect(job).toMatchObject({ status: "COMPLETED", result: "done", lastFailure: { reason: "SANDBOX_ERROR" } });
      // One more attempt may have been begun, and have cost nothing, while the engine still answered.
      expect([2, 3]).toContain(job.attempt);
    },
  );

  test("stopped for 60 s: nothing is burnt, nothing fetched, and then all goes on", { timeout: 190_000 }, async () => {
    const under = await stack.submit({ code: SLEEPS, args: [4_000] });
    await running(under.id);
    await engine.stop();
    const stoppedMs = performance.now();
    const waiting = await stack.submit({ code: "function main() { return 1; }" });
    await waitUntil(
      "the worker isn't ready",
      async () => {
        if ((await ready()) !== 503) throw new Error("it is");
      },
      { timeoutMs: 15_000 },
    );
    await sleep(60_000 - (performance.now() - stoppedMs));
    expect((await stack.job(waiting.id)).status).toBe("PENDING");
    await engine.start();
    expect(await stack.finished(waiting.id, 40_000)).toMatchObject({ status: "COMPLETED", result: 1 });
    const job = await stack.finished(under.id, 40_000);
    expect(job).toMatchObject({ status: "COMPLETED", lastFailure: { reason: "SANDBOX_ERROR" } });
    expect([2, 3]).toContain(job.attempt);
    expect(await ready()).toBe(200);
    // What ended with the engine couldn't be removed then.
    await waitUntil(
      "no ended sandbox is left",
      async () => {
        const all = await engine.docker.listContainers({ all: true, filters: { label: ["lambdalite=sandbox"] } });
        const ended = all.filter(({ State }) => State !== "running");
        if (ended.length > 0) throw new Error(ended.map(({ Names }) => Names[0]).join(", "));
      },
      { timeoutMs: 40_000 },
    );
  });
});
