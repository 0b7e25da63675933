import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

import { SetupError } from "../lib/setup-error.ts";
import { folder, largeFile } from "./context-files.ts";
import { ensureStaticTini } from "./static-tini.ts";
import type { TarEntry } from "./tar.ts";

const run = promisify(execFile);

/** The npm package that carries Node's official binary for this machine, with the file and the version in it. */
export interface NodePackage {
  binary: string;
  version: string;
}

export async function findNodePackage(): Promise<NodePackage | undefined> {
  try {
    const manifest = createRequire(import.meta.url).resolve(`node-linux-${process.arch}/package.json`);
    const { version } = JSON.parse(await readFile(manifest, "utf8")) as { version: string };
    return { binary: join(dirname(manifest), "bin/node"), version };
  } catch {
    return undefined;
  }
}

/** All that the sandbox needs when there is no base image: node, the libraries that it is linked to, and an init. */
export async function nodeRootfs(nodePackage: NodePackage): Promise<TarEntry[]> {
  const libraries = await librariesOf(nodePackage.binary);
  const tini = await ensureStaticTini();
  const files = [
    await largeFile("rootfs/usr/local/bin/node", nodePackage.binary, 0o755),
    await largeFile("rootfs/sbin/tini", tini, 0o755),
    ...(await Promise.all(libraries.map((file) => largeFile(`rootfs${file}`, file, 0o755)))),
  ];
  // Mount points: the root file system is read-only when the container runs.
  const folders = ["rootfs", ...["dev", "etc", "proc", "sys"].map((name) => `rootfs/${name}`)];
  const paths = new Set([...folders, ...files.flatMap(({ name }) => parents(name))]);
  // A tmpfs takes the mode of the folder that it is mounted on (runc, tmpcopyup): anybody's, and sticky.
  const tmp = folder("rootfs/tmp", 0o1777);
  return [...[...paths].map((path) => folder(path)), tmp, ...files];
}

/** `ldd` prints `name => /path (address)`, and the loader as `/path (address)`. */
async function librariesOf(binary: string): Promise<string[]> {
  const { stdout } = await run("ldd", [binary]).catch((error: Error) => {
    throw new SetupError(
      `ldd can't name the libraries of ${binary} (${error.message}). A glibc system is needed to build without node:24-alpine.`,
    );
  });
  const missing = /^\s*(\S+) => not found$/m.exec(stdout);
  if (missing) throw new SetupError(`Node needs ${missing[1]}, which this machine doesn't have.`);
  return [...stdout.matchAll(/(?:=> |^\s*)(\/\S+) \(0x/gm)].map((match) => match[1] as string);
}

function parents(name: string): string[] {
  const parts = name.split("/").slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}
