import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";

import { createProgram } from "./program.ts";
import type { Incident, Program, ProgramSpec } from "./program.ts";
import type { SmallDisk } from "./small-disk.ts";

/** Redis or Mongo: a program with data, and a disk of its own where one can be mounted. */
export interface StoreServer extends Program {
  port: number;
  /** For an installation, by way of the server's own port or of a link's. */
  urlOf(installation: string, port?: number): string;
  disk: SmallDisk;
  /** Forgets everything. Only while it is down. */
  empty(): Promise<void>;
}

export interface StoreServerSpec extends Omit<ProgramSpec, "cwd" | "command"> {
  port: number;
  urlOf: (installation: string, port: number) => string;
  disk: SmallDisk;
  command: (dataDir: string) => [string, ...string[]];
}

export async function createStoreServer(
  spec: StoreServerSpec,
  onIncident: (incident: Incident) => void,
): Promise<StoreServer> {
  const { port, urlOf, disk, command, ...rest } = spec;
  const dataDir = join(disk.dir, "data");
  await mkdir(dataDir, { recursive: true });
  const program = createProgram({ ...rest, command: command(dataDir), cwd: dataDir }, onIncident);
  return {
    ...program,
    port,
    urlOf: (installation, through = port) => urlOf(installation, through),
    disk,
    async empty() {
      for (const name of await readdir(dataDir)) await rm(join(dataDir, name), { recursive: true, force: true });
    },
  };
}
