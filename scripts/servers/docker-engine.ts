import { existsSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

import Docker from "dockerode";
import { execa } from "execa";

import { findProgram } from "../lib/find-program.ts";
import { runCommand } from "../lib/run-command.ts";
import type { Setup } from "../lib/setup.ts";
import { SetupError } from "../lib/setup-error.ts";
import { waitUntil } from "../lib/wait-until.ts";
import { canInstall, installPackages } from "./apt.ts";
import { dockerdCommand } from "./dockerd.ts";

export interface DockerEngine {
  docker: Docker;
  /** As DOCKER_HOST has it: `unix:///path` or `tcp://host:port`. */
  host: string;
  /** Started by us: has no bridge, so containers that need a network share the host's. */
  isOurs: boolean;
}

export interface EngineOptions {
  /** Whether an engine of our own offers crun beside runc, where that can be had. */
  offersCrun?: boolean;
}

/**
 * The ladder: DOCKER_HOST, a socket that answers, the machine's service, an engine of our own (installed as root).
 * `dataRoot` is where an engine of our own keeps its images.
 */
export async function ensureDockerEngine(
  setup: Setup,
  dataRoot: string,
  options: EngineOptions = {},
): Promise<DockerEngine> {
  return setup.screen.step("Docker engine", async (step) => {
    const { dockerHost } = setup.environment;
    if (dockerHost) {
      const docker = new Docker(); // reads DOCKER_HOST and the TLS variables that go with it
      await docker.ping().catch((error: Error) => {
        throw new SetupError(
          `DOCKER_HOST=${dockerHost} doesn't answer (${error.message}). Start that engine, or unset DOCKER_HOST.`,
        );
      });
      step.note(`DOCKER_HOST, ${dockerHost}`);
      return { docker, host: dockerHost, isOurs: false };
    }
    const running = await findAnsweringSocket(setup);
    if (running) {
      step.note(`the one that answers on ${running.host}`);
      return running;
    }
    const hasServiceManager = existsSync("/run/systemd/system");
    if (!findProgram("dockerd"))
      await installPackages(setup, ["docker.io", "iptables"], "A Docker engine", { startsServices: hasServiceManager });
    if (!setup.isRoot) {
      throw new SetupError(
        "Docker is installed but its engine isn't running, or you may not use it. Start it (sudo systemctl start docker) and join its group (sudo usermod -aG docker $USER, then log in again).",
      );
    }
    if (hasServiceManager) {
      await runCommand(step, "systemctl", ["start", "docker"], { signal: setup.stop.signal });
      const service = await waitUntil("Docker's service", () => mustAnswer(setup), {
        timeoutMs: 20_000,
        signal: setup.stop.signal,
      });
      step.note(`the machine's service, ${service.host}`);
      return service;
    }
    if (options.offersCrun) await installCrun(setup);
    const own = await startOwnEngine(setup, dataRoot);
    step.note(`started, ${own.host}`);
    return own;
  });
}

async function mustAnswer(setup: Setup): Promise<DockerEngine> {
  const engine = await findAnsweringSocket(setup);
  if (!engine) throw new Error("no socket answers");
  return engine;
}

/** The engine's default, a rootless engine's, and Docker Desktop's. */
async function findAnsweringSocket(setup: Setup): Promise<DockerEngine | undefined> {
  const userRuntime = setup.processEnv["XDG_RUNTIME_DIR"];
  const sockets = [
    "/var/run/docker.sock",
    ...(userRuntime ? [join(userRuntime, "docker.sock")] : []),
    join(homedir(), ".docker/run/docker.sock"),
  ];
  for (const socketPath of sockets) {
    if (!existsSync(socketPath)) continue;
    const docker = new Docker({ socketPath });
    if (
      await docker.ping().then(
        () => true,
        () => false,
      )
    )
      return { docker, host: `unix://${socketPath}`, isOurs: false };
  }
  return undefined;
}

/** Only what compares it with runc needs it, and says so where it's missing. */
async function installCrun(setup: Setup): Promise<void> {
  if (findProgram("crun") || !canInstall(setup)) return;
  await installPackages(setup, ["crun"], "crun", { startsServices: false }).catch((error: Error) => {
    setup.stop.signal.throwIfAborted();
    setup.screen.warn(`What needs crun is left out: ${error.message}`);
  });
}

async function startOwnEngine(setup: Setup, dataRoot: string): Promise<DockerEngine> {
  const socketPath = join(setup.runtimeDir, "docker.sock");
  await mkdir(dataRoot, { recursive: true });
  await mkdir(setup.runtimeDir, { recursive: true, mode: 0o700 });
  // An engine that was killed leaves its pid file, and the next one would believe a reused number.
  await rm(join(setup.runtimeDir, "docker.pid"), { force: true });
  // The engine mounts its data root on itself. One that was killed leaves the mount, and the folder couldn't be deleted.
  setup.supervisor.defer("docker's data root", async () => {
    await execa("umount", [dataRoot], { reject: false });
  });
  const [command, ...args] = dockerdCommand(setup.runtimeDir, dataRoot);
  const managed = await setup.supervisor.start({
    name: "docker",
    command,
    args,
    cwd: setup.runtimeDir,
    env: setup.processEnv,
    graceMs: 30_000,
    // What it calls an error is mostly its start, its stop, or a refused request, of which the caller knows.
    shows: (line) => line.includes("level=fatal"),
  });
  const docker = new Docker({ socketPath });
  await setup.supervisor.whileAlive(
    waitUntil("The Docker engine", () => docker.ping(), { timeoutMs: 60_000, signal: setup.stop.signal }),
  );
  return { docker, host: `unix://${socketPath}`, isOurs: managed.pid > 0 };
}
