import { basename } from "node:path";

import { isExecutable } from "../lib/find-program.ts";
import { SetupError } from "../lib/setup-error.ts";
import type { Setup } from "../lib/setup.ts";
import { waitUntil } from "../lib/wait-until.ts";
import type { DockerEngine } from "./docker-engine.ts";
import { initiateReplicaSet } from "./mongo-connection.ts";
import { secantusArguments } from "./secantus.ts";
import { startServerContainer } from "./server-container.ts";

export interface StartOptions {
  port: number;
  engine: DockerEngine;
}

/** One way to start it, found to be possible but not taken yet. */
export interface MongoStart {
  /** Whose files they are: each kind has a data folder of its own. A rung of that name is tried first next time. */
  kind: "image" | "mongod" | "secantus-rust" | "secantus-python";
  note: string;
  warning?: string;
  run(dataDir: string): Promise<void>;
}

export const mongoImage = "mongo:7";
const standInWarning =
  "MongoDB itself isn't at hand; SecantusDB stands in for it (beta, for development only). Production means MongoDB 7 or newer.";

/** LAMBDALITE_MONGOD: a mongod by its name, any other program is taken for the stand-in. */
export function startNamedProgram(setup: Setup, options: StartOptions): MongoStart | undefined {
  const program = setup.environment.mongoProgram;
  if (!program) return undefined;
  if (!isExecutable(program)) throw new SetupError(`LAMBDALITE_MONGOD=${program} is not a program that can be run.`);
  return basename(program).startsWith("mongod")
    ? startMongod(setup, options, program)
    : startSecantus(setup, options, program);
}

export function startSecantus(setup: Setup, options: StartOptions, program: string): MongoStart {
  return {
    kind: basename(program).endsWith("-py") ? "secantus-python" : "secantus-rust",
    note: basename(program),
    warning: standInWarning,
    run: (dataDir) =>
      startProgram(setup, program, secantusArguments(options.port, dataDir), { dataDir, graceMs: secantusGraceMs }),
  };
}

export function startMongod(setup: Setup, options: StartOptions, program: string): MongoStart {
  return {
    kind: "mongod",
    note: "mongod",
    async run(dataDir) {
      const args = ["--dbpath", dataDir, "--port", String(options.port), "--bind_ip", "127.0.0.1", "--replSet", "rs0"];
      await startProgram(setup, program, args, { dataDir, graceMs: mongodGraceMs });
      await becomeReplicaSet(setup, options.port, options.port);
    },
  };
}

export function startMongoImage(setup: Setup, options: StartOptions): MongoStart {
  return {
    kind: "image",
    note: mongoImage,
    async run(dataDir) {
      const imagePort = 27017;
      await startServerContainer(setup, options.engine, {
        name: "mongo",
        image: mongoImage,
        command: ["mongod", "--replSet", "rs0"],
        imagePort,
        portFlag: "--port",
        port: options.port,
        dataDir,
        imageDataDir: "/data/db",
      });
      await becomeReplicaSet(setup, options.port, options.engine.isOurs ? options.port : imagePort);
    },
  };
}

async function becomeReplicaSet(setup: Setup, port: number, portItSeesItselfOn: number): Promise<void> {
  const url = `mongodb://127.0.0.1:${port}/?directConnection=true`;
  const initiate = () => initiateReplicaSet(url, `127.0.0.1:${portItSeesItselfOn}`);
  await waitUntil("Mongo's replica set", initiate, { timeoutMs: 60_000, signal: setup.stop.signal });
}

/** mongod takes its time to close its files. */
const mongodGraceMs = 20_000;

/** The Python stand-in often doesn't end when it is asked to. Killing it loses nothing: it syncs before it acknowledges. */
const secantusGraceMs = 2_000;

interface ProgramOptions {
  dataDir: string;
  graceMs: number;
}

async function startProgram(setup: Setup, command: string, args: string[], options: ProgramOptions): Promise<void> {
  await setup.supervisor.start({
    name: "mongo",
    command,
    args,
    cwd: options.dataDir,
    env: setup.processEnv,
    graceMs: options.graceMs,
    shows: (line) => /\b(ERROR|FATAL|panicked|Traceback)\b|"s":"[EF]"/.test(line),
  });
}
