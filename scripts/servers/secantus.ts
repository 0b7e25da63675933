import { existsSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";

import { findProgram, isExecutable } from "../lib/find-program.ts";
import { runCommand } from "../lib/run-command.ts";
import type { Setup } from "../lib/setup.ts";
import { canInstall, installPackages } from "./apt.ts";

/**
 * SecantusDB speaks MongoDB's wire protocol. GPL-2.0 and beta: for development and tests on machines where no
 * MongoDB can be had, never in an image or in this repository. Production means MongoDB 7 or newer.
 */
export const rustVersion = "0.5.3-beta.196";
export const pythonVersion = "0.7.0b3";

/** Fsync before a write is acknowledged: without the flag, kill -9 lost acknowledged writes (11 of 14,930). */
export function secantusArguments(port: number, dataDir: string): string[] {
  return [
    "--host",
    "127.0.0.1",
    "--port",
    String(port),
    "--storage-path",
    dataDir,
    "--sync-on-commit",
    "--cache-size",
    "256M",
    "--log-level",
    "WARNING",
  ];
}

export function findRustServer(setup: Setup): string | undefined {
  const cached = join(rustRoot(setup), "bin", "secantusd-rs");
  return findProgram("secantusd-rs") ?? (isExecutable(cached) ? cached : undefined);
}

/** Once per machine; 8 to 25 minutes on two cores. */
export async function buildRustServer(setup: Setup): Promise<string | undefined> {
  const cargo = findProgram("cargo");
  if (!cargo) return undefined;
  await setup.screen.step("Building secantusd-rs (a stand-in for MongoDB) once; this takes 8 to 25 minutes", (step) =>
    runCommand(
      step,
      cargo,
      [
        "install",
        "secantus-mdb",
        "--version",
        rustVersion,
        "--ignore-rust-version",
        "--locked",
        "--root",
        rustRoot(setup),
      ],
      {
        signal: setup.stop.signal,
      },
    ),
  );
  return findRustServer(setup);
}

/** A virtual environment in the tool cache; about half a minute the first time. */
export async function installPythonServer(setup: Setup): Promise<string | undefined> {
  const venv = join(setup.cacheDir, `secantusdb-${pythonVersion}`);
  const server = join(venv, "bin", "secantusd-py");
  if (isExecutable(server)) return server;
  if (!hasPython()) {
    if (!canInstall(setup)) return undefined;
    await installPackages(setup, ["python3", "python3-venv"], "Python 3", { startsServices: false });
  }
  const python = existsSync("/usr/bin/python3") ? "/usr/bin/python3" : "python3";
  await setup.screen.step("Installing SecantusDB (a stand-in for MongoDB) into the tool cache", async (step) => {
    await mkdir(setup.cacheDir, { recursive: true });
    await rm(venv, { recursive: true, force: true }); // one without the server was interrupted
    await runCommand(step, python, ["-m", "venv", venv], { signal: setup.stop.signal });
    const pip = [
      "-m",
      "pip",
      "install",
      "--disable-pip-version-check",
      "--only-binary",
      ":all:",
      `secantusdb==${pythonVersion}`,
    ];
    await runCommand(step, join(venv, "bin", "python"), pip, { signal: setup.stop.signal });
  });
  return server;
}

function rustRoot(setup: Setup): string {
  return join(setup.cacheDir, `secantus-mdb-${rustVersion}`);
}

/** Debian splits the venv module's pip off into a package of its own: python3 alone isn't enough. */
function hasPython(): boolean {
  return (
    findProgram("python3") !== undefined &&
    (!existsSync("/usr/bin/apt-get") || existsSync("/usr/share/doc/python3-venv"))
  );
}
