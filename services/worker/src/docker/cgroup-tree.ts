import { readFileSync } from "node:fs";
import { readdir, rmdir, stat } from "node:fs/promises";
import { join } from "node:path";

/** Where systems mount control groups (cgroups(7), "The cgroup filesystem"). */
export const CGROUP_MOUNT = "/sys/fs/cgroup";

/** The kernel's control groups, as this process sees them. */
export interface CgroupTree {
  version: 1 | 2;
  /** The folder of a group below a controller's hierarchy; version 2 has one for all. */
  folder(controller: "cpuacct" | "memory" | "pids", group: string): string;
  /** The names of the groups below one, in whichever hierarchy they are. */
  children(group: string): Promise<string[]>;
  /** Removes a group and the groups below it, those that no process is in any more. @returns whether it's gone */
  remove(group: string): Promise<boolean>;
}

/** @returns undefined where none is mounted. */
export async function findCgroups(mount: string): Promise<CgroupTree | undefined> {
  if (await exists(join(mount, "cgroup.controllers"))) return createTree(2, [mount], () => mount);
  const names = await readdir(mount).catch((): string[] => []);
  const hierarchies: string[] = [];
  for (const name of names) if (await exists(join(mount, name, "cgroup.procs"))) hierarchies.push(join(mount, name));
  if (!(await exists(join(mount, "memory", "memory.limit_in_bytes")))) return undefined;
  return createTree(1, hierarchies, (controller) => join(mount, controller));
}

function createTree(version: 1 | 2, hierarchies: string[], hierarchyOf: (controller: string) => string): CgroupTree {
  /** The files in such a folder are the kernel's: rmdir alone removes it, unless there are groups in it (cgroups(7)). */
  async function removeFolder(folder: string): Promise<boolean> {
    if (await removeEmpty(folder)) return true;
    for (const name of await foldersIn(folder)) await removeFolder(join(folder, name));
    return removeEmpty(folder);
  }

  return {
    version,
    folder: (controller, group) => join(hierarchyOf(controller), group),
    async children(group) {
      const names = await Promise.all(hierarchies.map((hierarchy) => foldersIn(join(hierarchy, group))));
      return [...new Set(names.flat())];
    },
    async remove(group) {
      let isGone = true;
      // One by one: the kernel has one lock for all of them, and waiting for it would take the thread pool from others.
      for (const hierarchy of hierarchies) if (!(await removeFolder(join(hierarchy, group)))) isGone = false;
      return isGone;
    },
  };
}

async function removeEmpty(folder: string): Promise<boolean> {
  return rmdir(folder).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code === "ENOENT",
  );
}

async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/**
 * A file of one number; undefined when it isn't there. Synchronous: these files are the kernel's memory, read in some
 * 20 µs, and a turn through the thread pool would take longer than that.
 */
export function readNumber(path: string): number | undefined {
  const text = readText(path);
  return text === undefined ? undefined : Number(text);
}

/** The number behind a name in a file of `name number` lines; undefined when there is none. Synchronous as well. */
export function readField(path: string, name: string): number | undefined {
  const found = readText(path)
    ?.split("\n")
    .find((line) => line.startsWith(`${name} `));
  return found === undefined ? undefined : Number(found.slice(name.length + 1));
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
