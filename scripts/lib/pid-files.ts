import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { identify, isStillRunning } from "./process-identity.ts";
import type { ProcessIdentity } from "./process-identity.ts";
import { waitUntil } from "./wait-until.ts";

/**
 * What we started, written down for the next start in case this one is killed without a chance to clean up.
 * A file alone proves nothing: a process is ours only if its identity is the one that was written.
 */
export interface PidFiles {
  /** Without /proc nothing is written: such a file couldn't be trusted later. */
  write(name: string, pid: number, graceMs: number): Promise<void>;
  remove(name: string): Promise<void>;
  /** Those of an earlier life that still run, in the order of their start. Files of ended ones are removed. */
  leftovers(): Promise<Leftover[]>;
}

interface PidRecord extends ProcessIdentity {
  /** How long it may take to stop. */
  graceMs: number;
}

export interface Leftover extends PidRecord {
  name: string;
}

export function createPidFiles(dir: string): PidFiles {
  const fileOf = (name: string) => join(dir, `${name}.json`);
  return {
    async write(name, pid, graceMs) {
      const identity = await identify(pid);
      if (!identity) return;
      await mkdir(dir, { recursive: true });
      await writeFile(fileOf(name), JSON.stringify({ ...identity, graceMs } satisfies PidRecord));
    },
    remove: (name) => rm(fileOf(name), { force: true }),
    async leftovers() {
      const files = (await readdir(dir).catch(() => [])).filter((file) => file.endsWith(".json"));
      const found: Leftover[] = [];
      for (const file of files) {
        const name = file.slice(0, -".json".length);
        const record = await readRecord(join(dir, file));
        if (record && (await isStillRunning(record))) found.push({ ...record, name });
        else await this.remove(name);
      }
      return found.sort((a, b) => Number(a.startTicks) - Number(b.startTicks));
    },
  };
}

async function readRecord(file: string): Promise<PidRecord | undefined> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as PidRecord;
  } catch {
    return undefined; // written by halves when its writer was killed
  }
}

/** Ends a process of an earlier life and its group; asks first, insists after its grace. */
export async function stopLeftover(leftover: Leftover): Promise<void> {
  const gone = async () => {
    if (await isStillRunning(leftover)) throw new Error("still running");
  };
  signalGroup(leftover.pid, "SIGTERM");
  try {
    await waitUntil(leftover.name, gone, { timeoutMs: leftover.graceMs });
  } catch {
    signalGroup(leftover.pid, "SIGKILL");
    await waitUntil(leftover.name, gone, { timeoutMs: 5_000 });
  }
}

/** Every process that we start leads a group of its own, so its children hear the signal too. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
