import { cp, mkdir, readdir, rm, symlink } from "node:fs/promises";
import { basename, join } from "node:path";

import { execa } from "execa";

import { root } from "../../lib/paths.ts";
import { SetupError } from "../../lib/setup-error.ts";

/** What is made, or is another program's. */
const left = new Set(["node_modules", "dist", "coverage", ".git", ".lambda-lite"]);

/** A copy of this checkout as it is now, whose packages find each other and not the originals. */
export async function copyCheckout(dir: string): Promise<void> {
  await rm(dir, { recursive: true, force: true });
  await cp(root, dir, {
    recursive: true,
    filter: (from) => !left.has(basename(from)) && !from.endsWith(".tsbuildinfo"),
  });
  await linkModules(join(root, "node_modules"), join(dir, "node_modules"), dir);
}

/** Every module is the original's; only those of the workspaces are the copy's. */
async function linkModules(from: string, to: string, dir: string): Promise<void> {
  await mkdir(join(to, "@lambda-lite"), { recursive: true });
  for (const name of await readdir(from)) if (name !== "@lambda-lite") await symlink(join(from, name), join(to, name));
  const { stdout } = await execa("npm", ["query", ".workspace"], { cwd: root });
  for (const { name, location } of JSON.parse(stdout) as Array<{ name: string; location: string }>)
    await symlink(join(dir, location), join(to, name));
}

/** @throws SetupError when the patch doesn't fit any more: a mutant that isn't one would prove nothing. */
export async function applyPatch(dir: string, patch: string): Promise<void> {
  const applied = await execa("git", ["apply", "--verbose", patch], { cwd: dir, reject: false, all: true });
  if (applied.failed)
    throw new SetupError(`${basename(patch)} is stale: it doesn't apply to the services any more.\n${applied.all}`);
}
