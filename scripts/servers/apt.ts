import { existsSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";

import { findProgram } from "../lib/find-program.ts";
import { runCommand } from "../lib/run-command.ts";
import type { Step } from "../lib/screen.ts";
import type { Setup } from "../lib/setup.ts";
import { SetupError } from "../lib/setup-error.ts";

/** Asked by Debian's maintainer scripts before they start a service; 101 means no (policy-rc.d, Debian Policy 9.3.3). */
const servicePolicy = "/usr/sbin/policy-rc.d";

export interface AptOptions {
  /** Whether the package may start its own service. Ours run with our own data, ports and flags. */
  startsServices: boolean;
}

export function canInstall(setup: Setup): boolean {
  return setup.isRoot && findProgram("apt-get") !== undefined;
}

/** @throws SetupError saying what to install, where we can't do it ourselves. */
export async function installPackages(
  setup: Setup,
  packages: string[],
  what: string,
  options: AptOptions,
): Promise<void> {
  const command = `apt-get install -y --no-install-recommends ${packages.join(" ")}`;
  if (!findProgram("apt-get"))
    throw new SetupError(`${what} is missing. Install it (on Debian or Ubuntu: ${command}), then try again.`);
  if (!setup.isRoot) throw new SetupError(`${what} is missing, and installing it needs root. Run: sudo ${command}`);
  await setup.screen.step(`Installing ${packages.join(", ")} with apt`, async (step) => {
    await withServicePolicy(options, async () => {
      await apt(setup, step, ["update"]);
      await apt(setup, step, ["install", "-y", "--no-install-recommends", ...packages]);
    });
  });
}

function apt(setup: Setup, step: Step, args: string[]): Promise<void> {
  return runCommand(step, "apt-get", ["-o", "DPkg::Lock::Timeout=300", ...args], {
    env: { DEBIAN_FRONTEND: "noninteractive" },
    signal: setup.stop.signal,
  });
}

async function withServicePolicy(options: AptOptions, work: () => Promise<void>): Promise<void> {
  // A policy that is there already is the machine owner's.
  if (options.startsServices || existsSync(servicePolicy)) return work();
  await writeFile(servicePolicy, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  try {
    await work();
  } finally {
    await rm(servicePolicy, { force: true });
  }
}
