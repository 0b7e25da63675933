import { readFile, readdir } from "node:fs/promises";

/**
 * Ends what an engine that was killed left of its containers: each has a process that outlives the engine, and the
 * next engine doesn't always take it over. `runDir` is the engine's own folder, so no other engine's are touched.
 */
export async function endShims(runDir: string): Promise<void> {
  const address = `${runDir}/exec/containerd/containerd.sock`;
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    const command = (await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")).split("\0");
    if (!command[0]?.includes("containerd-shim") || !command.includes(address)) continue;
    try {
      process.kill(Number(pid), "SIGKILL");
    } catch {
      // it has just ended by itself
    }
  }
}
