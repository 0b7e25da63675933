import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Redis } from "ioredis";

import { findProgram } from "../lib/find-program.ts";
import { freePort } from "../lib/free-port.ts";
import { waitUntil } from "../lib/wait-until.ts";

/** Where Redis is only a container or somebody else's server, there is none that a test may kill. */
export const canRunRedis = findProgram("redis-server") !== undefined;

/** A Redis that a test may kill. It keeps nothing: when it comes back, it is empty. */
export interface OwnRedis {
  url: string;
  start(): Promise<void>;
  /** As a crash would end it. */
  kill(): Promise<void>;
  close(): Promise<void>;
}

/** Started. */
export async function startOwnRedis(): Promise<OwnRedis> {
  const dir = await mkdtemp(join(tmpdir(), "redis-"));
  const port = await freePort();
  let server: ChildProcess;

  async function start(): Promise<void> {
    const args = ["--port", String(port), "--dir", dir, "--save", "", "--appendonly", "no"];
    server = spawn(findProgram("redis-server") as string, args, { stdio: "ignore" });
    await waitUntil("Redis", () => ping(port), { timeoutMs: 10_000 });
  }

  async function kill(): Promise<void> {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const exited = once(server, "exit");
    server.kill("SIGKILL");
    await exited;
  }

  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    start,
    kill,
    async close() {
      await kill();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function ping(port: number): Promise<void> {
  const redis = new Redis(port, "127.0.0.1", { lazyConnect: true, retryStrategy: () => null });
  redis.on("error", () => undefined); // the rejected call says it too
  try {
    await redis.connect();
    await redis.ping();
  } finally {
    redis.disconnect();
  }
}
