import { readdir, readFile, readlink, stat } from "node:fs/promises";
import { join } from "node:path";

import type { TarEntry } from "./tar.ts";

export function folder(name: string, mode = 0o755): TarEntry {
  return { name: `${name}/`, mode, sizeBytes: 0 };
}

/** A file small enough to hold, such as source text. */
export async function smallFile(name: string, file: string, mode = 0o644): Promise<TarEntry> {
  const content = await readFile(file);
  return { name, mode, sizeBytes: content.length, content };
}

/** A file that is streamed, such as a program. */
export async function largeFile(name: string, file: string, mode: number): Promise<TarEntry> {
  return { name, mode, sizeBytes: (await stat(file)).size, content: { file } };
}

/** A folder with everything in it, sorted by name. */
export async function tree(name: string, path: string): Promise<TarEntry[]> {
  const entries = [folder(name)];
  const children = await readdir(path, { withFileTypes: true });
  for (const child of children.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const childName = `${name}/${child.name}`;
    if (child.isSymbolicLink()) entries.push(await link(childName, join(path, child.name)));
    else if (child.isDirectory()) entries.push(...(await tree(childName, join(path, child.name))));
    else entries.push(await smallFile(childName, join(path, child.name)));
  }
  return entries;
}

async function link(name: string, file: string): Promise<TarEntry> {
  return { name, mode: 0o777, sizeBytes: 0, linkTarget: await readlink(file) };
}
