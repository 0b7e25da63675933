import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { buildSandboxImage } from "../images/sandbox-image.ts";
import { waitUntil } from "../lib/wait-until.ts";
import { canRunEngine, startOwnEngine } from "./own-engine.ts";
import type { OwnEngine } from "./own-engine.ts";
import { startTestStack } from "./test-stack.ts";
import type { TestStack } from "./test-stack.ts";

/** Of the disk that the engine has for itself: its image, and some room. */
const DISK_SIZE = "600m";
/** Longer than two of the worker's looks at its engine, in ms. */
const WHILE_MS = 12_000;

describe.skipIf(!canRunEngine)("the Docker engine's disk is full", () => {
  let disk: string;
  let engine: OwnEngine;
  let stack: TestStack;
  const filler = () => join(disk, "filler");

  /** To the last page. */
  async function fillDisk(): Promise<void> {
    const file = await open(filler(), "w");
    try {
      for (const bytes of [1024 * 1024, 4096]) {
        const chunk = Buffer.alloc(bytes);
        while (
          await file.write(chunk).then(
            ({ bytesWritten }) => bytesWritten === bytes,
            () => false,
          )
        );
      }
    } finally {
      await file.close();
    }
  }
  async function readiness(): Promise<{ status: number; text: string }> {
    const answer = await fetch(`http://127.0.0.1:${String(stack.workers[0]?.up["healthPort"])}/readyz`);
    return { status: answer.status, text: await answer.text() };
  }
  const untilReadiness = (status: number) =>
    waitUntil(
      `the worker's readiness is ${status}`,
      async () => {
        const now = await readiness();
        if (now.status !== status) throw new Error(`it is ${now.status}`);
        return now;
      },
      { timeoutMs: 30_000 },
    );

  beforeAll(async () => {
    disk = await mkdtemp(join(tmpdir(), "engine-disk-"));
    await execa("mount", ["-t", "tmpfs", "-o", `size=${DISK_SIZE}`, "engine-disk", disk]);
    engine = await startOwnEngine(join(disk, "docker"));
    const sandboxImage = await buildSandboxImage({ docker: engine.docker, log: () => undefined });
    stack = await startTestStack({ dockerHost: engine.host, sandboxImage });
  }, 120_000);
  afterAll(async () => {
    await rm(filler(), { force: true });
    await stack?.close();
    await engine?.close();
    await execa("umount", [disk], { reject: false });
    await rm(disk, { recursive: true, force: true });
  }, 60_000);

  test("the worker says so and takes no job; when there is room, it goes on", { timeout: 120_000 }, async () => {
    const code = "function main(text) { return text; }";
    await untilReadiness(200);
    await fillDisk();
    // A sandbox that waits needs nothing of the disk: it may run. The next one can't be made.
    const first = await stack.submit({ code, args: ["first"] });
    expect((await untilReadiness(503)).text).toContain("the Docker engine's disk is full (");
    const second = await stack.submit({ code, args: ["second"] });

    const untilMs = performance.now() + WHILE_MS;
    while (performance.now() < untilMs) {
      const { status, text } = await readiness();
      expect([status, text]).toEqual([503, expect.stringContaining("disk is full")]);
      await sleep(200);
    }
    expect(await stack.job(second.id)).toMatchObject({ status: "PENDING", attempt: 0 });

    await rm(filler());
    expect(await stack.finished(first.id, 40_000)).toMatchObject({ status: "COMPLETED", result: "first" });
    expect(await stack.finished(second.id, 40_000)).toMatchObject({ status: "COMPLETED", result: "second" });
    expect((await untilReadiness(200)).text).toContain("ready");
  });
});
