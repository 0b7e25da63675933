import { readFile } from "node:fs/promises";

/**
 * Which process this is, not only which number it has: numbers are reused. The start time in clock ticks
 * since boot together with the boot's id can't come twice.
 */
export interface ProcessIdentity {
  pid: number;
  startTicks: string;
  bootId: string;
}

export interface ProcessStat {
  state: string;
  startTicks: string;
}

/** /proc/PID/stat (proc_pid_stat(5)): the name in parentheses may itself hold spaces and parentheses. */
export function parseStat(stat: string): ProcessStat | undefined {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state, startTicks] = [fields[0], fields[19]];
  return state && startTicks ? { state, startTicks } : undefined;
}

/** Undefined when there is no such process, when it is only waiting to be reaped, or without /proc. */
export async function identify(pid: number): Promise<ProcessIdentity | undefined> {
  try {
    const stat = parseStat(await readFile(`/proc/${pid}/stat`, "utf8"));
    if (!stat || stat.state === "Z") return undefined;
    const bootId = (await readFile("/proc/sys/kernel/random/boot_id", "utf8")).trim();
    return { pid, startTicks: stat.startTicks, bootId };
  } catch {
    return undefined;
  }
}

export async function isStillRunning(known: ProcessIdentity): Promise<boolean> {
  const now = await identify(known.pid);
  return now !== undefined && now.startTicks === known.startTicks && now.bootId === known.bootId;
}

export async function commandOf(pid: number): Promise<string> {
  const text = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
  return text.split("\0").filter(Boolean).join(" ").slice(0, 120) || "?";
}
