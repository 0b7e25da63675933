import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import Docker from "dockerode";
import { execa } from "execa";

import { findProgram } from "../lib/find-program.ts";
import { waitUntil } from "../lib/wait-until.ts";
import { dockerdCommand } from "../servers/dockerd.ts";

/** Only root may run an engine; where Docker is a service or a desktop, there is no program to run. */
export const canRunEngine = process.getuid?.() === 0 && findProgram("dockerd") !== undefined;

/** An engine that a test may stop, starve and break: the others' is shared. */
export interface OwnEngine {
  docker: Docker;
  /** As in DOCKER_HOST. */
  host: string;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Stops it, and leaves its data root as it is. */
  close(): Promise<void>;
}

/**
 * Starts an engine that keeps its images in `dataRoot`; `flags` are more of dockerd's.
 * @throws Error when it doesn't answer within half a minute.
 */
export async function startOwnEngine(dataRoot: string, flags: readonly string[] = []): Promise<OwnEngine> {
  await mkdir(dataRoot, { recursive: true });
  const dir = await mkdtemp(join(tmpdir(), "engine-"));
  const socketPath = join(dir, "docker.sock");
  const docker = new Docker({ socketPath });
  let engine: ReturnType<typeof spawn> | undefined;

  async function start(): Promise<void> {
    await rm(join(dir, "docker.pid"), { force: true });
    const [command, ...args] = dockerdCommand(dir, dataRoot, flags);
    engine = spawn(command, args, { stdio: "ignore" });
    await waitUntil("the engine", () => docker.ping(), { timeoutMs: 30_000 });
  }
  async function stop(): Promise<void> {
    if (!engine || engine.exitCode !== null) return;
    engine.kill("SIGTERM");
    await once(engine, "exit");
  }

  await start();
  return {
    docker,
    host: `unix://${socketPath}`,
    start,
    stop,
    async close() {
      await stop();
      // The engine mounts its data root on itself.
      await execa("umount", [dataRoot], { reject: false });
      await rm(dir, { recursive: true, force: true });
    },
  };
}
