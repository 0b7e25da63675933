import { execFile } from "node:child_process";
import { mkdtemp, readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { findProgram } from "../lib/find-program.ts";
import { SetupError } from "../lib/setup-error.ts";

const run = promisify(execFile);
const HELP =
  "A static tini is needed to build without node:24-alpine. Install it (on Debian or Ubuntu: apt-get install tini), then try again.";

/**
 * A statically linked tini: the one on the PATH, else the one in Debian's package, unpacked without installing it
 * (so it needs no root).
 * @throws SetupError saying what to install
 */
export async function ensureStaticTini(): Promise<string> {
  const installed = findProgram("tini-static");
  if (installed) return installed;
  if (!findProgram("apt-get") || !findProgram("dpkg")) throw new SetupError(HELP);
  const workDir = await mkdtemp(join(tmpdir(), "lambda-lite-tini-"));
  const download = () => run("apt-get", ["download", "tini"], { cwd: workDir });
  try {
    // Package lists that are absent or out of date are the usual reason to fail.
    await download().catch(async () => {
      await run("apt-get", ["update"]);
      await download();
    });
    const archive = (await readdir(workDir)).find((name) => name.endsWith(".deb"));
    await run("dpkg", ["-x", archive ?? "", workDir], { cwd: workDir });
  } catch (error) {
    throw new SetupError(`${HELP} (apt-get download tini: ${(error as Error).message.trim()})`);
  }
  return join(workDir, "usr/bin/tini-static");
}
