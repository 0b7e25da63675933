import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";

import Docker from "dockerode";
import { execa } from "execa";

import { findProgram } from "../../lib/find-program.ts";
import type { Setup } from "../../lib/setup.ts";
import { SetupError } from "../../lib/setup-error.ts";
import { waitUntil } from "../../lib/wait-until.ts";
import { installPackages } from "../../servers/apt.ts";
import { dockerdCommand } from "../../servers/dockerd.ts";
import { endShims } from "./container-shims.ts";
import { createProgram } from "./program.ts";
import type { Program } from "./program.ts";
import type { StackParts } from "./stack-parts.ts";

export interface ChaosEngine {
  docker: Docker;
  host: string;
  /** Undefined when somebody named an engine: that one isn't ours to kill. */
  program: Program | undefined;
}

/** DOCKER_HOST, whose containers may be killed but not its engine; else an engine of the harness's own. */
export async function createEngine(setup: Setup, parts: StackParts): Promise<ChaosEngine> {
  const { dockerHost } = setup.environment;
  if (dockerHost) return { docker: new Docker(), host: dockerHost, program: undefined };
  if (!setup.isRoot) throw new SetupError("Running a Docker engine needs root. Or name one that runs: DOCKER_HOST.");
  if (!findProgram("dockerd"))
    await installPackages(setup, ["docker.io", "iptables"], "A Docker engine", { startsServices: false });
  const socketPath = join(setup.runtimeDir, "docker.sock");
  // Kept from run to run, because it holds the sandbox image.
  const dataRoot = parts.dirOf("docker");
  await mkdir(dataRoot, { recursive: true });
  await mkdir(setup.runtimeDir, { recursive: true, mode: 0o700 });
  await endShims(setup.runtimeDir);
  setup.supervisor.defer("docker's shims", () => endShims(setup.runtimeDir));
  // The engine mounts its data root on itself. One that was killed leaves the mount.
  setup.supervisor.defer("docker's data root", async () => {
    await execa("umount", [dataRoot], { reject: false });
  });
  const docker = new Docker({ socketPath });
  const program = createProgram(
    {
      ...parts.common,
      name: "docker",
      command: dockerdCommand(setup.runtimeDir, dataRoot),
      cwd: setup.runtimeDir,
      startMs: 60_000,
      graceMs: 30_000,
      ready: async () => void (await waitUntil("The Docker engine", () => docker.ping(), { timeoutMs: 60_000 })),
    },
    parts.onIncident,
  );
  const pidFile = join(setup.runtimeDir, "docker.pid");
  return {
    docker,
    host: `unix://${socketPath}`,
    program: {
      ...program,
      async start() {
        // An engine that was killed leaves its pid file, and the next one would believe a reused number.
        if (!program.isUp()) await rm(pidFile, { force: true });
        await program.start();
      },
    },
  };
}
