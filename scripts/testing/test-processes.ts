import { readdir, readFile } from "node:fs/promises";

/**
 * Every process that descends from a test run, in whatever session, finds this in its environment. `name=value`, as
 * /proc has it.
 */
export const markerName = "LAMBDALITE_TEST_RUN";

export async function findMarked(runId: string): Promise<number[]> {
  const pids = (await readdir("/proc").catch(() => [])).filter((name) => /^\d+$/.test(name));
  const found: number[] = [];
  for (const pid of pids) {
    const environment = await readFile(`/proc/${pid}/environ`, "utf8").catch(() => "");
    if (environment.split("\0").includes(`${markerName}=${runId}`)) found.push(Number(pid));
  }
  return found;
}

/** For what a leaking or interrupted test left: nothing of it deserves time to stop. */
export async function killMarked(runId: string): Promise<void> {
  for (const pid of await findMarked(runId)) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // it has just ended by itself
    }
  }
}
