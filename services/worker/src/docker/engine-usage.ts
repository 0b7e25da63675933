import type Docker from "dockerode";
import type { UsageReader } from "../ports/usage-reader.ts";
import { ENGINE_DEADLINE_MS, withDeadline } from "./engine-deadline.ts";

/**
 * Asks the engine, where the container's own group isn't ours to see: 4 ms, and only while the container runs. The peak
 * is the kernel's on cgroup v1; on v2 the engine tells but the memory of the moment (Docker Engine API, ContainerStats).
 */
export function createEngineUsage(container: Docker.Container): UsageReader {
  return {
    async read() {
      try {
        const ask = (abortSignal: AbortSignal) => {
          // Its types don't know of the signal.
          const options = { stream: false, "one-shot": true, abortSignal } as const;
          return container.stats(options);
        };
        const { cpu_stats, memory_stats } = await withDeadline("stats of a container", ENGINE_DEADLINE_MS.ask, ask);
        // One that doesn't run any more has no statistics, and says so by zeros.
        if (!cpu_stats.cpu_usage.total_usage) return undefined;
        return {
          cpuTime: cpu_stats.cpu_usage.total_usage / 1e6,
          peakMemoryBytes: memory_stats.max_usage ?? memory_stats.usage,
          measured: "sample",
        };
      } catch {
        return undefined;
      }
    },
    readRefusals: async () => ({ processes: undefined, memory: undefined }),
  };
}
