import { execFileSync } from "node:child_process";
import { setImmediate } from "node:timers/promises";
import { DEFAULT_LIMITS } from "@lambda-lite/shared";
import { systemClock, systemRandom } from "@lambda-lite/backplane/ports";
import type { Claimant } from "@lambda-lite/backplane/ports";
import { silentLogger, testServers } from "@lambda-lite/backplane/testing";
import type Docker from "dockerode";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createRush } from "../domain/rush.ts";
import type { ExecutionResult, PoolKey, Sandbox, SandboxRequest, StopReason } from "../ports/sandbox.ts";
import { containerOptions } from "./container-options.ts";
import { connectDocker } from "./docker-engine.ts";
import { createEngineUsage } from "./engine-usage.ts";
import { openDockerSandboxes } from "./docker-sandboxes.ts";
import type { DockerSandboxes } from "./docker-sandboxes.ts";
import { readSandboxDefinition } from "./sandbox-definition.ts";
import type { SandboxDefinition } from "./sandbox-definition.ts";

const KEY: PoolKey = { runtime: "javascript", isolation: "container", memoryMb: 128, cpus: 1, pids: 64 };
const workerId = `test-${systemRandom.hex(4)}`;
const never = new AbortController().signal;
let life: Claimant = { workerId, epoch: 1 };
let lives: Claimant[] = [life];
let docker: Docker;
let definition: SandboxDefinition;
let sandboxes: DockerSandboxes;

const open = (image = testServers().sandboxImage) =>
  openDockerSandboxes({
    dockerHost: testServers().dockerHost,
    image,
    definition,
    supply: { archive: undefined, pull: false },
    life: () => life,
    living: async () => lives,
    installationId: workerId,
    onDroppedFrames: () => undefined,
    rush: createRush(systemClock),
    clock: systemClock,
    random: systemRandom,
    logger: silentLogger,
  });

beforeAll(async () => {
  docker = connectDocker(testServers().dockerHost);
  definition = await readSandboxDefinition();
  sandboxes = await open();
});
afterAll(async () => {
  await sandboxes.settled();
  expect(await own()).toEqual([]);
});

const socketPath = () => new URL(testServers().dockerHost).pathname;
const own = () => docker.listContainers({ all: true, filters: { label: [`lambdalite.worker=${workerId}`] } });

function request(code: string, args: unknown[] = [], timeout = 10_000): SandboxRequest {
  return {
    jobId: systemRandom.hex(12),
    attempt: 1,
    code,
    argsJson: JSON.stringify(args),
    limits: { ...DEFAULT_LIMITS, memory: 128, timeout },
  };
}

async function run(code: string, args: unknown[] = [], timeout?: number): Promise<ExecutionResult> {
  const sandbox = await sandboxes.prepare(KEY, never);
  const result = await sandbox.run(request(code, args, timeout), { signal: never });
  await sandbox.dispose();
  return result;
}

test("a prepared sandbox waits as long as it takes, runs one job, and is gone", async () => {
  const sandbox = await sandboxes.prepare(KEY, never);
  expect(await own()).toHaveLength(1);
  const job = request("function main(a, b) { console.log('hi'); return a + b; }", [2, 3]);
  const result = await sandbox.run(job, { signal: never });
  expect(result).toMatchObject({ reason: "OK", resultJson: "5", logs: "hi\n" });
  await sandbox.dispose();
  expect(await own()).toEqual([]);
});

test("logs arrive while the job runs", async () => {
  const sandbox = await sandboxes.prepare(KEY, never);
  const chunks: string[] = [];
  const code = "async function main() { console.log('first'); await new Promise((r) => setTimeout(r, 1e4)); }";
  const running = sandbox.run(request(code, [], 1_000), {
    signal: never,
    onLog: ({ stream, text }) => chunks.push(`${stream}: ${text}`),
  });
  await vi.waitFor(() => expect(chunks).toEqual(["stdout: first\n"]), { timeout: 900 });
  expect((await running).reason).toBe("TIMEOUT");
  await sandbox.dispose();
});

describe("a run that is stopped", () => {
  test.each<[StopReason, string]>([
    ["cancelled", "CANCELLED"],
    ["drain", "SANDBOX_ERROR"],
  ])("because of %s ends at once as %s", async (why, reason) => {
    const sandbox = await sandboxes.prepare(KEY, never);
    const stopping = new AbortController();
    const running = sandbox.run(request("for (;;);"), { signal: stopping.signal });
    await systemClock.sleep(100);
    stopping.abort(why);
    expect((await running).reason).toBe(reason);
    await sandbox.dispose();
  });

  test("by somebody else is the platform's fault", async () => {
    const sandbox = await sandboxes.prepare(KEY, never);
    const job = request("for (;;);");
    const running = sandbox.run(job, { signal: never });
    const name = `lambdalite-job-${job.jobId}-1`;
    await vi.waitFor(() => docker.getContainer(name).kill({ signal: "SIGKILL" }));
    expect(await running).toMatchObject({ reason: "SANDBOX_ERROR", exitCode: 137, signal: "SIGKILL" });
    await sandbox.dispose();
  });
});

test("memory beyond the limit is the kernel's record, not a guess", async () => {
  const result = await run("const kept = []; function main() { for (;;) kept.push(new Uint8Array(1e7).fill(1)); }");
  expect(result.reason).toBe("OUT_OF_MEMORY");
});

describe("from inside, the wall holds", () => {
  /** User code can't reach these, so a runner that user code took over is played by Node itself. */
  async function shell(script: string): Promise<string> {
    const options = containerOptions({
      image: testServers().sandboxImage,
      name: `lambdalite-probe-${systemRandom.hex(4)}`,
      key: KEY,
      owner: { ...life, installationId: workerId, engineId: sandboxes.engineId },
      definition,
      appArmor: false,
      nowMs: Date.now(),
    });
    const container = await docker.createContainer({
      ...options,
      Cmd: ["node", "-e", script],
      OpenStdin: false,
      AttachStdin: false,
    });
    try {
      const stream = await container.attach({ stream: true, hijack: true, stdout: true, stderr: true });
      const output: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => output.push(chunk));
      await container.start();
      await container.wait();
      // Without the 8-byte headers of the multiplexed stream: one short line is one piece.
      return Buffer.concat(output).subarray(8).toString().trim();
    } finally {
      await container.remove({ force: true });
    }
  }
  const attempt = (expression: string) =>
    shell(`try { console.log(String(${expression})) } catch (e) { console.log(e.code ?? e.message) }`);

  test.each([
    ["runs as nobody", "process.getuid() + ':' + process.getgid()", "65534:65534"],
    ["can't write the image", "require('fs').writeFileSync('/x', '')", "EROFS"],
    ["can write /tmp", "require('fs').writeFileSync('/tmp/x', 'a')", "undefined"],
    [
      "can't fill more than 16 MiB of /tmp",
      "require('fs').writeFileSync('/tmp/x', Buffer.alloc(15e6)) ?? require('fs').writeFileSync('/tmp/y', Buffer.alloc(15e6))",
      "ENOSPC",
    ],
    [
      "has no network but loopback",
      "require('fs').readFileSync('/proc/net/dev', 'utf8').split('\\n').slice(2, -1).map((l) => l.trim().split(':')[0]).join()",
      "lo",
    ],
    ["can't open a socket, not even to loopback", "require('os').networkInterfaces()", "ERR_SYSTEM_ERROR"],
    [
      "sees no environment of the worker",
      "Object.keys(process.env).filter((n) => !['PATH', 'HOSTNAME', 'HOME'].includes(n)).join()",
      "",
    ],
    [
      "has no capability",
      "/CapEff:\\s*(\\w+)/.exec(require('fs').readFileSync('/proc/self/status', 'utf8'))[1]",
      "0000000000000000",
    ],
    [
      "can gain no privilege",
      "/NoNewPrivs:\\s*(\\w+)/.exec(require('fs').readFileSync('/proc/self/status', 'utf8'))[1]",
      "1",
    ],
    [
      "is behind a seccomp filter",
      "/Seccomp:\\s*(\\w+)/.exec(require('fs').readFileSync('/proc/self/status', 'utf8'))[1]",
      "2",
    ],
  ])("%s", async (_what, expression, expected) => {
    expect(await attempt(expression)).toBe(expected);
  });
});

test("what earlier lives and dead workers left is removed, and nothing else", async () => {
  const prepareAs = async (claimant: Claimant) => {
    life = claimant;
    return sandboxes.prepare(KEY, never);
  };
  const dead = await prepareAs({ workerId: `${workerId}-dead`, epoch: 3 });
  const neighbour = await prepareAs({ workerId: `${workerId}-neighbour`, epoch: 1 });
  const left = await prepareAs({ workerId, epoch: 1 });
  const mine = await prepareAs({ workerId, epoch: 2 });
  lives = [
    { workerId, epoch: 2 },
    { workerId: `${workerId}-neighbour`, epoch: 1 },
  ];
  expect(await sandboxes.reaper.reap()).toBe(2);
  const alive = (await docker.listContainers({ all: true })).map(({ Labels }) => Labels);
  const ours = alive.filter((labels) => labels["lambdalite.installation"] === workerId);
  const owners = ours.map((labels) => `${labels["lambdalite.worker"]} ${labels["lambdalite.epoch"]}`);
  expect(new Set(owners)).toEqual(new Set([`${workerId} 2`, `${workerId}-neighbour 1`]));
  expect(owners).toHaveLength(2);
  for (const sandbox of [dead, neighbour, left, mine]) await sandbox.dispose();
});

test("an image that is missing makes the engine unhealthy, with the remedy, and leaves nothing", async () => {
  const broken = await open("lambda-lite/no-such-image:0");
  expect(broken.health.healthy()).toBe(false);
  expect(broken.health.problem()).toMatch(/no-such-image:0 is missing.*npm run sandbox:build/);
  await expect(broken.prepare(KEY, never)).rejects.toMatchObject({ name: "SandboxUnavailable" });
  await broken.settled();
  expect(await own()).toEqual([]);
});

test("what the engine can't give is refused at once, and the engine is none the worse for it", async () => {
  const refusal = sandboxes.prepare({ ...KEY, cpus: 64 }, never);
  await expect(refusal).rejects.toMatchObject({ name: "SandboxUnavailable" });
  await expect(refusal).rejects.toThrow(/CPUs/);
  expect(await sandboxes.health.tryNow()).toBe(true);
  expect(sandboxes.health.problem()).toBeUndefined();
  // The one that was tried is removed behind the answer.
  await vi.waitFor(async () => expect(await own()).toEqual([]), { timeout: 10_000, interval: 100 });
});

describe("a worker that was held up past a job's time", () => {
  /** Nothing happens in this process meanwhile, as if it had been stopped. */
  async function heldUp(code: string, meanwhile: (containerId: string) => void): Promise<ExecutionResult> {
    const sandbox = await sandboxes.prepare(KEY, never);
    const [container] = await own();
    const running = sandbox.run(request(code, [], 1_000), { signal: never });
    await setImmediate();
    meanwhile(container!.Id);
    const result = await running;
    await sandbox.dispose();
    return result;
  }
  const pause = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_500);

  test("takes the result that came in time", async () => {
    expect(await heldUp("const main = () => 5;", pause)).toMatchObject({ reason: "OK", resultJson: "5" });
  });
  test("doesn't take an end that came in time for a timeout", async () => {
    const killAndPause = (id: string) => {
      const path = `/containers/${id}/kill`;
      const kill = `require("http").request({ socketPath: ${JSON.stringify(socketPath())}, path: "${path}", method: "POST" }).end()`;
      execFileSync(process.execPath, ["-e", kill]);
      pause();
    };
    const result = await heldUp("const main = () => new Promise((resolve) => setTimeout(resolve, 5e3));", killAndPause);
    expect(result).toMatchObject({ reason: "SANDBOX_ERROR", exitCode: 137 });
  });
});

test("one that nobody waits for any more is removed when it's ready", async () => {
  const stop = new AbortController();
  const preparing = sandboxes.prepare(KEY, stop.signal);
  stop.abort();
  await expect(preparing).rejects.toThrow("no longer wanted");
  await vi.waitFor(async () => expect(await own()).toEqual([]), { timeout: 10_000, interval: 100 });
});

test("the largest result that an operator allows arrives, however much of it has to be escaped", async () => {
  const sandbox = await sandboxes.prepare({ ...KEY, memoryMb: 512 }, never);
  const resultBytes = 4 * 1024 * 1024;
  const base = request("function main(n) { return Array(n).fill('a'); }", [1_000_000]);
  const limits = { ...base.limits, memory: 512, resultBytes };
  const { reason, resultJson } = await sandbox.run({ ...base, limits }, { signal: never });
  expect(reason).toBe("OK");
  expect(resultJson).toHaveLength(4_000_001);
  await sandbox.dispose();
});

test("where the kernel's counters can't be seen, the engine tells what a running one used, and nothing of one that's gone", async () => {
  const sandbox = await sandboxes.prepare(KEY, never);
  const [found] = await own();
  const usage = createEngineUsage(docker.getContainer(found!.Id));
  const reading = await usage.read();
  expect(reading?.measured).toBe("sample");
  expect(reading?.cpuTime).toBeGreaterThan(5);
  expect(reading?.peakMemoryBytes).toBeGreaterThan(10e6);
  await sandbox.dispose();
  expect(await usage.read()).toBeUndefined();
});

test("a job's measurements: its image by content, and what it used", async () => {
  const { usage, imageDigest } = await run(
    "function main() { const end = Date.now() + 300; while (Date.now() < end); }",
  );
  expect(imageDigest).toBe((await docker.getImage(testServers().sandboxImage).inspect()).Id);
  expect(usage?.cpuTime).toBeGreaterThan(150);
  expect(usage?.peakMemoryBytes).toBeLessThan(128 * 1024 * 1024 + 1);
});

test("ten at once are ten containers", async () => {
  const prepared: Sandbox[] = await Promise.all(Array.from({ length: 10 }, () => sandboxes.prepare(KEY, never)));
  expect(await own()).toHaveLength(10);
  await Promise.all(prepared.map((sandbox) => sandbox.dispose()));
});
