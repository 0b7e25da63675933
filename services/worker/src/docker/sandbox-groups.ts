import { mkdir } from "node:fs/promises";
import type { Claimant, Clock, Random } from "@lambda-lite/backplane/ports";
import type { UsageReader } from "../ports/usage-reader.ts";
import { createCgroupUsage } from "./cgroup-usage.ts";
import type { CgroupTree } from "./cgroup-tree.ts";
import type { ContainerOwner } from "./container-labels.ts";

/** Groups of sandboxes are all below this one. */
const ROOT = "/lambdalite";
/** A container's group is gone a moment after the container: pauses before each try to remove the one above it, in ms. */
const REMOVE_PAUSES_MS = [0, 50, 500, 5_000];

/** `<worker>-<epoch>-<random>`. */
const NAME = /^(.*)-(\d+)-[0-9a-f]+$/;

/** A control group with one container in it. */
export interface SandboxGroup {
  /** For the container's `CgroupParent`. */
  path: string;
  usage: UsageReader;
  /** When the container is gone. Never throws; what it can't remove, the reaper does. */
  remove(): Promise<void>;
}

/** A group that somebody made. */
export interface GroupLeft {
  /** Who made it. */
  life: Claimant;
  /** Removes it if nothing runs in it. Never throws. */
  remove(): Promise<void>;
}

/** The control groups of an installation's sandboxes: `/lambdalite/<installation>/<worker>-<epoch>-<random>`. */
export interface SandboxGroups {
  /** The group of a new sandbox; the engine makes it with the container. */
  next(owner: ContainerOwner): SandboxGroup;
  /** Those that exist, of every worker here. */
  list(): Promise<GroupLeft[]>;
  /** Removes what is above the sandboxes' groups, if this was the last worker here. */
  close(): Promise<void>;
}

/**
 * @returns undefined where this process may not make groups: in a pod, or not as root. An engine with its own view of
 * the groups (Docker in Docker) or with systemd as its driver isn't for this either; there its groups don't show here.
 */
export async function openSandboxGroups(deps: {
  tree: CgroupTree | undefined;
  installationId: string;
  clock: Clock;
  random: Random;
}): Promise<SandboxGroups | undefined> {
  const { tree, installationId, clock, random } = deps;
  if (!tree) return undefined;
  const home = `${ROOT}/${installationId}`;
  try {
    await mkdir(tree.folder("memory", home), { recursive: true });
  } catch {
    return undefined;
  }

  return {
    next({ workerId, epoch }) {
      const path = `${home}/${encodeURIComponent(workerId)}-${epoch}-${random.hex(8)}`;
      return {
        path,
        usage: createCgroupUsage(tree, path),
        async remove() {
          for (const pauseMs of REMOVE_PAUSES_MS) {
            await clock.sleep(pauseMs);
            if (await tree.remove(path)) return;
          }
        },
      };
    },
    async list() {
      return (await tree.children(home)).flatMap((name) => {
        const [, workerId, epoch] = NAME.exec(name) ?? [];
        if (workerId === undefined) return [];
        const life = { workerId: decodeURIComponent(workerId), epoch: Number(epoch) };
        return [{ life, remove: async () => void (await tree.remove(`${home}/${name}`)) }];
      });
    },
    async close() {
      const isEmpty = (await tree.children(home)).length === 0;
      if (isEmpty) await tree.remove(home);
    },
  };
}
