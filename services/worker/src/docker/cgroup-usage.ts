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
  const cpu = tree.folder("cpuacct", group);
  const memory = tree.folder("memory", group);

  function cpuTimeMs(): number | undefined {
    if (tree.version === 2) return divided(readField(join(cpu, "cpu.stat"), "usage_usec"), 1e3);
    return divided(readNumber(join(cpu, "cpuacct.usage")), 1e6);
  }

  /** Told by the group whose process was refused, on some kernels also by those above it: while the container runs. */
  async function refusedProcesses(): Promise<number | undefined> {
    const groups = [group, ...(await tree.children(group)).map((name) => join(group, name))];
    const told = groups.map((one) => readField(join(tree.folder("pids", one), "pids.events"), "max"));
    const counts = told.filter((count) => count !== undefined);
    return counts.length === 0 ? undefined : Math.max(...counts);
  }

  return {
    async read() {
      const cpuTime = cpuTimeMs();
      const peakMemoryBytes = readNumber(
        join(memory, tree.version === 2 ? "memory.peak" : "memory.max_usage_in_bytes"),
      );
      if (cpuTime === undefined || peakMemoryBytes === undefined) return undefined;
      return { cpuTime, peakMemoryBytes, measured: "cgroup" };
    },
    async readRefusals() {
      return {
        processes: await refusedProcesses(),
        // Version 1 tells only of the group itself, which is gone with its container; the engine has its own record. Of
        // version 2's counts `oom` is of limits in here, `oom_kill` also of the machine's (admin-guide/cgroup-v2).
        memory: tree.version === 1 ? undefined : readField(join(memory, "memory.events"), "oom"),
      };
    },
  };
}

function divided(value: number | undefined, by: number): number | undefined {
  return value === undefined ? undefined : value / by;
}
