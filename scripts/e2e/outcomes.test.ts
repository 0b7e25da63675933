import { join } from "node:path";

import type { JobSubmission } from "@lambda-lite/shared";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { buildSandboxImage } from "../images/sandbox-image.ts";
import { findProgram } from "../lib/find-program.ts";
import { stateDir } from "../lib/paths.ts";
import { canRunEngine, startOwnEngine } from "./own-engine.ts";
import type { OwnEngine } from "./own-engine.ts";
import { startTestStack } from "./test-stack.ts";
import type { TestStack } from "./test-stack.ts";

/** Kept between runs, because it holds the image. */
const dataRoot = join(stateDir, "test-docker-crun");
/** Where it can't be had, or no engine be started, there is nothing to try. */
const canRunCrun = canRunEngine && findProgram("crun") !== undefined;

describe("from code to outcome, in a container", () => {
  testOutcomes(() => startTestStack());
});

describe.skipIf(!canRunCrun)("the same on an engine whose runtime is crun", () => {
  let engine: OwnEngine;
  afterAll(() => engine?.close());

  testOutcomes(async () => {
    engine = await startOwnEngine(dataRoot, ["--default-runtime=crun"]);
    const sandboxImage = await buildSandboxImage({ docker: engine.docker, log: () => undefined });
    return startTestStack({ dockerHost: engine.host, sandboxImage });
  });
});

function testOutcomes(start: () => Promise<TestStack>): void {
  let stack: TestStack;
  beforeAll(async () => {
    stack = await start();
  }, 120_000);
  afterAll(() => stack?.close());

  async function run(submission: JobSubmission) {
    const { id } = await stack.submit(submission);
    return stack.finished(id);
  }

  test("a result, with what was printed and how long it took", async () => {
    const job = await run({
      code: "function main(a, b) { console.log('adding'); return a + b; }",
      args: [2, 3],
    });
    expect(job).toMatchObject({ status: "COMPLETED", result: 5, logs: "adding\n", attempt: 1 });
    expect(job.exit).toEqual({ reason: "OK" });
    expect(job.executionTime).toEqual(expect.any(Number));
    expect(job.executionTime).toBeLessThan(5_000);
    expect(job.error).toBeUndefined();
    // Whether by the kernel's counters or the engine's depends on the machine.
    expect(job.measured).toMatch(/^(cgroup|sample)$/);
    expect(job.cpuTime).toBeGreaterThan(0);
    expect(job.peakMemoryBytes).toBeGreaterThan(10e6);
    expect(job.imageDigest).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  test("an error of the user's, with the line of their own code", async () => {
    const job = await run({ code: "function main() {\n  console.error('oh');\n  throw new TypeError('boom');\n}" });
    expect(job).toMatchObject({ status: "FAILED", exit: { reason: "USER_ERROR" }, logs: "oh\n" });
    expect(job.error).toContain("TypeError: boom");
    expect(job.error).toMatch(/main\.js:3:9/);
    expect(job.error).not.toMatch(/node:|runner\.js|\/sandbox/);
  });

  test("an endless loop is stopped in time, its container is gone, and its logs are kept", async () => {
    const startedMs = performance.now();
    const job = await run({ code: "console.log('before'); while(true){}", timeout: 1_000 });
    expect(job).toMatchObject({ status: "FAILED", exit: { reason: "TIMEOUT" }, logs: "before\n" });
    expect(performance.now() - startedMs).toBeLessThan(3_000);
    await stack.noContainers();
  });

  test("too much memory is told apart from a timeout and from a crash", async () => {
    const buffers = "const kept = []; function main() { for (;;) kept.push(new Uint8Array(1e7).fill(1)); }";
    expect((await run({ code: buffers })).exit?.reason).toBe("OUT_OF_MEMORY");
    const heap = "const kept = []; function main() { for (;;) kept.push({ a: [kept.length] }); }";
    expect((await run({ code: heap })).exit?.reason).toBe("OUT_OF_MEMORY");
  });

  test.each<[string, string, string]>([
    ["code that doesn't parse", "function main( {", "SYNTAX_ERROR"],
    ["a result that JSON can't say", "function main() { return 1n; }", "INVALID_RESULT"],
    ["a promise that nothing can settle", "const main = () => new Promise(() => {});", "NEVER_SETTLED"],
    [
      "a result of 3,000 levels",
      "const main = () => { let r = 1; for (let i = 0; i < 3e3; i += 1) r = [r]; return r; }",
      "INVALID_RESULT",
    ],
    ["a result of two megabytes", "const main = () => 'x'.repeat(2e6);", "OUTPUT_LIMIT"],
  ])("%s", async (_what, code, reason) => {
    expect(await run({ code })).toMatchObject({ status: "FAILED", exit: { reason } });
  });

  test("code without main completes with null and a warning", async () => {
    const job = await run({ code: "console.log('hi')" });
    expect(job).toMatchObject({ status: "COMPLETED", result: null });
    expect(job.logs).toMatch(/^hi\n/);
    expect(job.logs).toMatch(/main/);
  });

  test("two megabytes of output are cut with a note, and the job goes on", async () => {
    const job = await run({
      code: "function main() { for (let i = 0; i < 2e4; i += 1) console.log('x'.repeat(99)); return 'done'; }",
    });
    expect(job).toMatchObject({ status: "COMPLETED", result: "done" });
    expect(job.logs?.length).toBeLessThan(1024 * 1024 + 100);
    expect(job.logs).toContain("[output truncated at 1048576 bytes]");
  });

  test("every job has a container of its own: nothing of one is left for the next", async () => {
    const code = "function main() { const was = globalThis.seen; globalThis.seen = true; return was ?? null; }";
    expect((await run({ code })).result).toBeNull();
    expect((await run({ code })).result).toBeNull();
  });
}
