import type { PoolKey } from "../ports/sandbox.ts";
import type { SandboxDefinition } from "./sandbox-definition.ts";

/**
 * What Node needs beside its heap (code, stacks, buffers, V8's own bookkeeping), in MB. Measured: with
 * less, the kernel's OOM killer is faster than V8's own abort.
 */
const NODE_OVERHEAD_MB = 96;
/** Below this the runner itself doesn't start, in MB. */
const MIN_HEAP_MB = 16;

/**
 * The command line of a runtime's runner. V8 sizes its heap at start, so the memory class decides it
 * here; no environment variable reaches the sandbox.
 */
export function runnerCommand({ memoryMb }: PoolKey, { nodeFlags, entry }: SandboxDefinition): string[] {
  const heapMb = Math.max(MIN_HEAP_MB, memoryMb - NODE_OVERHEAD_MB);
  return ["node", `--max-old-space-size=${heapMb}`, ...nodeFlags, entry];
}
