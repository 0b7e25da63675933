import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

import { programRootfs } from "./program-rootfs.ts";
import { ensureStaticTini } from "./static-tini.ts";
import type { TarEntry } from "./tar.ts";

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
export async function nodeRootfs({ binary }: NodePackage): Promise<TarEntry[]> {
  return programRootfs([
    { file: binary, path: "/usr/local/bin/node" },
    { file: await ensureStaticTini(), path: "/sbin/tini" },
  ]);
}
