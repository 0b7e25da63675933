import { z } from "zod";

/** What a job used, read by its worker from outside. Absent where it couldn't be read. */
export const usageSchema = z.object({
  /** CPU time from the header written to the end, in ms, of all of the sandbox's processes. */
  cpuTime: z.number(),
  /** The most memory that the sandbox had at once, in bytes; it begins with the runtime's own (Node: about 40 MiB). */
  peakMemoryBytes: z.number(),
  /** `cgroup`: the kernel's own counters to the very end. `sample`: what the engine last said while the sandbox ran. */
  measured: z.enum(["cgroup", "sample"]),
});
export type Usage = z.infer<typeof usageSchema>;
