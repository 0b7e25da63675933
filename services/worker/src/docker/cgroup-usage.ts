import { join } from "node:path";
import type { UsageReader } from "../ports/usage-reader.ts";
import { readField, readNumber } from "./cgroup-tree.ts";
import type { CgroupTree } from "./cgroup-tree.ts";

/**
 * Reads a group that holds one sandbox's container and nothing else. It outlives the container's own group, so that the
 * counters can still be read when the container has ended (sources: the kernel's documentation, admin-guide/cgroup-v1
 * `cpuacct`, `memory` and `pids`, and admin-guide/cgroup-v2).
 */
export function createCgroupUsage(tree: CgroupTree, group: string): UsageReader {
  return {
    async read() {
      const [cpuTime, peakMemoryBytes] = await Promise.all([cpuTimeMs(), peakMemory()]);
      if (cpuTime === undefined || peakMemoryBytes === undefined) return undefined;
      const [refusedProcesses, oomKills] = await Promise.all([refused(), killed()]);
      return {
        cpuTime,
        peakMemoryBytes,
        measured: "cgroup",
        ...(refusedProcesses === undefined ? {} : { refusedProcesses }),
        ...(oomKills === undefined ? {} : { oomKills }),
      };
    },
  };

  async function cpuTimeMs(): Promise<number | undefined> {
    const folder = tree.folder("cpuacct", group);
    if (tree.version === 2) {
      const microseconds = await readField(join(folder, "cpu.stat"), "usage_usec");
      return microseconds === undefined ? undefined : microseconds / 1e3;
    }
    const nanoseconds = await readNumber(join(folder, "cpuacct.usage"));
    return nanoseconds === undefined ? undefined : nanoseconds / 1e6;
  }

  async function peakMemory(): Promise<number | undefined> {
    const name = tree.version === 2 ? "memory.peak" : "memory.max_usage_in_bytes";
    return readNumber(join(tree.folder("memory", group), name));
  }

  /** Told by the group whose process was refused, on some kernels also by those above it: while the container runs. */
  async function refused(): Promise<number | undefined> {
    const groups = [group, ...(await tree.children(group)).map((name) => join(group, name))];
    const told = await Promise.all(
      groups.map((one) => readField(join(tree.folder("pids", one), "pids.events"), "max")),
    );
    const counts = told.filter((count) => count !== undefined);
    return counts.length === 0 ? undefined : Math.max(...counts);
  }

  /** Version 1 tells only of the group itself, which is gone with its container; the engine has its own record. */
  async function killed(): Promise<number | undefined> {
    if (tree.version === 1) return undefined;
    return readField(join(tree.folder("memory", group), "memory.events"), "oom_kill");
  }
}
