import { basename } from "node:path";

import { findProgram, isExecutable } from "../../lib/find-program.ts";
import { freePort } from "../../lib/free-port.ts";
import { climb } from "../../lib/ladder.ts";
import type { Setup } from "../../lib/setup.ts";
import { SetupError } from "../../lib/setup-error.ts";
import { waitUntil } from "../../lib/wait-until.ts";
import { initiateReplicaSet, pingMongo } from "../../servers/mongo-connection.ts";
import { buildRustServer, findRustServer, installPythonServer, secantusArguments } from "../../servers/secantus.ts";
import { createSmallDisk } from "./small-disk.ts";
import type { StackParts } from "./stack-parts.ts";
import { createStoreServer } from "./store-server.ts";
import type { StoreServer } from "./store-server.ts";

/** Room for a run's jobs and for journals, of which each kind of server makes large ones ahead of time. */
const DISK_MIB = 768;

/** A Mongo that the harness may kill: a program, never somebody's server. The ladder is that of `npm test`, less images. */
export async function createMongo(setup: Setup, parts: StackParts): Promise<StoreServer> {
  const choice = await climb<string>([
    { name: "named", find: async () => namedProgram(setup) },
    { name: "secantus-rust", find: async () => findRustServer(setup) },
    { name: "mongod", find: async () => findProgram("mongod") },
    { name: "secantus-rust-build", find: () => buildRustServer(setup) },
    { name: "secantus-python", find: () => installPythonServer(setup) },
  ]);
  if (!choice) throw new SetupError("MongoDB is missing, and nothing that can stand in for it.");
  const program = choice.found;
  const isMongod = basename(program).startsWith("mongod");
  const port = await freePort();
  const urlOf = (database: string, through: number) =>
    `mongodb://127.0.0.1:${through}/${database}?directConnection=true`;
  const disk = await createSmallDisk(parts.dirOf("mongo"), DISK_MIB);
  setup.supervisor.defer("mongo's disk", disk.remove);
  return createStoreServer(
    {
      ...parts.common,
      name: "mongo",
      port,
      urlOf,
      disk,
      command: (dataDir) => [program, ...(isMongod ? mongodArguments : secantusArguments)(port, dataDir)],
      startMs: 60_000,
      graceMs: 20_000,
      async ready() {
        const patience = { timeoutMs: 60_000, intervalMs: 100 };
        const url = urlOf("", port);
        if (isMongod) await waitUntil("Mongo", () => initiateReplicaSet(url, `127.0.0.1:${port}`), patience);
        await waitUntil("Mongo", () => pingMongo(url), patience);
      },
    },
    parts.onIncident,
  );
}

function namedProgram({ environment: { mongoProgram } }: Setup): string | undefined {
  if (mongoProgram && !isExecutable(mongoProgram))
    throw new SetupError(`LAMBDALITE_MONGOD=${mongoProgram} is not a program that can be run.`);
  return mongoProgram;
}

function mongodArguments(port: number, dataDir: string): string[] {
  return ["--dbpath", dataDir, "--port", String(port), "--bind_ip", "127.0.0.1", "--replSet", "rs0"];
}
