import { systemClock, systemRandom } from "@lambda-lite/backplane/ports";
import { silentLogger, testServers } from "@lambda-lite/backplane/testing";
import { DEFAULT_LIMITS } from "@lambda-lite/shared";
import { afterAll, afterEach, expect, test } from "vitest";
import { createRush } from "../domain/rush.ts";
import type { ExecutionResult } from "../ports/sandbox.ts";
import { poolKey } from "../ports/sandbox.ts";
import { openDockerSandboxes } from "./docker-sandboxes.ts";
import type { DockerSandboxes } from "./docker-sandboxes.ts";
import { readSandboxDefinition } from "./sandbox-definition.ts";

/**
 * User code that has broken out of its context and owns the runner's process, with every module of Node's. Only the
 * container and the worker are between it and the world then.
 */
const never = new AbortController().signal;
const workerId = `taken-${systemRandom.hex(4)}`;
const opened: DockerSandboxes[] = [];

/** Speaks the protocol as far as `ready`, takes the header, and does what it likes. */
const taken = (script: string) => `
  const fs = require("node:fs"), cp = require("node:child_process");
  const ALONE = { stdio: "ignore" }; // pipes to a child would be sockets, which the kernel refuses
  fs.writeSync(1, '{"n":"","s":0,"t":"ready"}\\n');
  const chunk = Buffer.alloc(65536);
  const { nonce } = JSON.parse(chunk.subarray(0, fs.readSync(0, chunk)).toString());
  const finish = (value) => fs.writeSync(1, JSON.stringify({ n: nonce, s: 1, t: "result", ok: true, value }) + "\\n");
  ${script}`;

async function run(script: string, { timeout = 5_000, memory = 256, pids = 64 } = {}): Promise<ExecutionResult> {
  const definition = await readSandboxDefinition();
  const life = { workerId, epoch: 1 };
  const sandboxes = await openDockerSandboxes({
    dockerHost: testServers().dockerHost,
    image: testServers().sandboxImage,
    definition: { ...definition, nodeFlags: ["-e", taken(script)] },
    supply: { archive: undefined, pull: false },
    life: () => life,
    living: async () => [life],
    installationId: workerId,
    onDroppedFrames: () => undefined,
    rush: createRush(systemClock),
    clock: systemClock,
    random: systemRandom,
    logger: silentLogger,
  });
  opened.push(sandboxes);
  const limits = { ...DEFAULT_LIMITS, timeout, memory, pids };
  const sandbox = await sandboxes.prepare(poolKey(limits), never);
  const job = { jobId: systemRandom.hex(12), attempt: 1, code: "unused", argsJson: "[]", limits };
  const result = await sandbox.run(job, { signal: never });
  await sandbox.dispose();
  return result;
}
afterEach(async () => {
  for (const sandboxes of opened.splice(0)) await sandboxes.settled();
});
afterAll(() => expect(opened).toEqual([]));

test("a gigabyte on stdout ends it, and none of it is kept", { timeout: 60_000 }, async () => {
  const before = process.memoryUsage().rss;
  const result = await run("const m = Buffer.alloc(1e6, 120); for (let i = 0; i < 1e3; i += 1) fs.writeSync(1, m);", {
    timeout: 30_000,
  });
  expect(result).toMatchObject({ reason: "OUTPUT_LIMIT", logs: "" });
  // 130 MB may be read before the wall (128 bytes of frame for each of log); what is read isn't kept.
  expect(process.memoryUsage().rss - before).toBeLessThan(300e6);
});

test("closing stdout isn't a way out: it is killed in time", async () => {
  expect(await run("fs.closeSync(1); setInterval(() => {}, 1e3);", { timeout: 1_000 })).toMatchObject({
    reason: "TIMEOUT",
  });
});

test("closing stdout and leaving is an end without a result", async () => {
  expect(await run("fs.closeSync(1); process.exit(0);")).toMatchObject({ reason: "SANDBOX_ERROR", exitCode: 0 });
});

test("/tmp is full at 16 MiB, and the rest goes on", async () => {
  const script = `
    let written = 0, why;
    try { for (const m = Buffer.alloc(1e6); ; written += 1) fs.appendFileSync("/tmp/" + (written % 8), m); }
    catch (error) { why = error.code; }
    finish(JSON.stringify([written, why]));`;
  const { reason, resultJson = "" } = await run(script);
  expect(reason).toBe("OK");
  const [written, why] = JSON.parse(resultJson) as [number, string];
  expect(why).toBe("ENOSPC");
  expect(written).toBeLessThanOrEqual(17);
});

test("a fork bomb runs into its own limit, and that is what it's told", { timeout: 30_000 }, async () => {
  const script = `
    const bomb = "const cp = require('child_process'), all = { stdio: 'ignore' }; setInterval(() => { for (let i = 0; i < 9; i += 1) try { cp.spawn(process.execPath, ['-e', process.argv[1], process.argv[1]], all).on('error', () => {}); } catch {} }, 10);";
    setInterval(() => { try { cp.spawn(process.execPath, ["-e", bomb, bomb], ALONE).on("error", () => {}); } catch {} }, 10);`;
  const result = await run(script, { timeout: 3_000, memory: 512, pids: 32 });
  expect(result.reason).toBe("PROCESS_LIMIT");
  expect(result.error).toContain("32 processes");
});

test("a memory bomb of many processes is the kernel's record", { timeout: 30_000 }, async () => {
  const script = `
    const eat = "const kept = []; for (;;) kept.push(Buffer.alloc(1e7, 1));";
    const eaters = Array.from({ length: 3 }, () => cp.spawn(process.execPath, ["-e", eat], ALONE));
    for (const one of eaters) one.on("exit", (code, signal) => process.exit(signal === "SIGKILL" ? 137 : 1));`;
  expect(await run(script, { timeout: 20_000, memory: 128 })).toMatchObject({ reason: "OUT_OF_MEMORY" });
});

test("what it used is read from outside, to the very end", { timeout: 30_000 }, async () => {
  const burn = await run(
    "const end = Date.now() + 2e3; while (Date.now() < end); finish('1'); setInterval(() => {}, 1e3);",
  );
  expect(burn.usage?.cpuTime).toBeGreaterThan(1_200);
  expect(burn.usage?.cpuTime).toBeLessThan(2_600);
  const touch = await run("globalThis.kept = Buffer.alloc(200e6, 1); finish('1'); setInterval(() => {}, 1e3);", {
    memory: 512,
  });
  expect(touch.usage?.peakMemoryBytes).toBeGreaterThan(200e6);
  expect(touch.usage?.peakMemoryBytes).toBeLessThan(330e6);
});
