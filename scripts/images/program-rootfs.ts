import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { SetupError } from "../lib/setup-error.ts";
import { folder, largeFile } from "./context-files.ts";
import type { TarEntry } from "./tar.ts";

const run = promisify(execFile);

/** A program of this machine and where it stands in the image. */
export interface Program {
  file: string;
  path: string;
}

/** A root file system of nothing but programs, the libraries that they are linked to, and the usual mount points. */
export async function programRootfs(programs: Program[]): Promise<TarEntry[]> {
  const libraries = await Promise.all(programs.map(({ file }) => librariesOf(file)));
  const files = await Promise.all([
    ...programs.map(({ file, path }) => largeFile(`rootfs${path}`, file, 0o755)),
    ...[...new Set(libraries.flat())].map((file) => largeFile(`rootfs${file}`, file, 0o755)),
  ]);
  // Mount points: the root file system is read-only when the container runs.
  const folders = ["rootfs", ...["dev", "etc", "proc", "sys"].map((name) => `rootfs/${name}`)];
  const paths = new Set([...folders, ...files.flatMap(({ name }) => parents(name))]);
  // A tmpfs takes the mode of the folder that it is mounted on (runc, tmpcopyup): anybody's, and sticky.
  const tmp = folder("rootfs/tmp", 0o1777);
  return [...[...paths].map((path) => folder(path)), tmp, ...files];
}

/** `ldd` prints `name => /path (address)`, and the loader as `/path (address)`; it fails for a static program. */
async function librariesOf(binary: string): Promise<string[]> {
  const { stdout } = await run("ldd", [binary]).catch((error: Error & { stderr?: string; stdout?: string }) => {
    if (/not a dynamic executable|statically linked/.test(`${error.stderr}${error.stdout}`)) return { stdout: "" };
    throw new SetupError(
      `ldd can't name the libraries of ${binary} (${error.message}). A glibc system is needed to build without a base image.`,
    );
  });
  const missing = /^\s*(\S+) => not found$/m.exec(stdout);
  if (missing) throw new SetupError(`${binary} needs ${missing[1]}, which this machine doesn't have.`);
  return [...stdout.matchAll(/(?:=> |^\s*)(\/\S+) \(0x/gm)].map((match) => match[1] as string);
}

function parents(name: string): string[] {
  const parts = name.split("/").slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}
