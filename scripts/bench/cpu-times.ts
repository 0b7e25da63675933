import { readFile, readdir } from "node:fs/promises";

import { sum } from "./statistics.ts";

/** Clock ticks per second of the numbers in /proc: USER_HZ, which is 100 on Linux (proc(5), times(2)). */
const TICKS = 100;
const toMs = (ticks: number) => (ticks * 1_000) / TICKS;

/** CPU time of the whole machine since its start, in ms, without idling and waiting. */
export async function machineCpuMs(): Promise<number> {
  const line = (await readFile("/proc/stat", "utf8")).split("\n", 1)[0] as string;
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = line.trim().split(/\s+/).slice(1).map(Number);
  return toMs(user + nice + system + irq + softirq);
}

/** CPU time of a process so far, in ms; 0 when it's gone. */
export async function processCpuMs(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return toMs(Number(fields[11] ?? 0) + Number(fields[12] ?? 0));
}

/** Ids of the processes of that name. */
export async function processesNamed(names: readonly string[]): Promise<number[]> {
  return processesWith(async (pid) => names.includes((await readFile(`/proc/${pid}/comm`, "utf8")).trim()));
}

/** CPU time of the kernel's own threads so far, in ms: what it does for others, later. */
export async function kernelThreadsCpuMs(): Promise<number> {
  const threads = await processesWith(async (pid) => {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8");
    // All are children of kthreadd, the process 2.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1] === "2";
  });
  return sum(await Promise.all(threads.map(processCpuMs)));
}

async function processesWith(matches: (pid: number) => Promise<boolean>): Promise<number[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  // One that ends meanwhile is none of them.
  const found = await Promise.all(pids.map(async (pid) => ((await matches(pid).catch(() => false)) ? [pid] : [])));
  return found.flat();
}
