import type { PoolKey } from "../ports/sandbox.ts";
import type { SandboxDefinition } from "./sandbox-definition.ts";

/**
 * What Node needs beside its heap (code, stacks, buffers, V8's own bookkeeping), in MB. Measured: with
 * less, the kernel's OOM killer is faster than V8's own abort.
 */
const NODE_OVERHEAD_MB = 96;
/** The heap's least share of a small class: at 128 MB both 32 and 64 MB end in V8's own abort, and 64 serve longer. */
const MIN_HEAP_SHARE = 0.5;

/**
 * The command line of a runtime's runner. V8 sizes its heap at start, so the memory class decides it
 * here; no environment variable reaches the sandbox.
 */
export function runnerCommand({ memoryMb }: PoolKey, { nodeFlags, entry }: SandboxDefinition): string[] {
  const heapMb = Math.max(Math.floor(memoryMb * MIN_HEAP_SHARE), memoryMb - NODE_OVERHEAD_MB);
  return ["node", `--max-old-space-size=${heapMb}`, ...nodeFlags, entry];
}
