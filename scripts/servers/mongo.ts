import { mkdir } from "node:fs/promises";
import { basename, join } from "node:path";

import { findProgram, isExecutable } from "../lib/find-program.ts";
import { climb } from "../lib/ladder.ts";
import type { Rung } from "../lib/ladder.ts";
import type { Step } from "../lib/screen.ts";
import type { Setup } from "../lib/setup.ts";
import { SetupError } from "../lib/setup-error.ts";
import { waitUntil } from "../lib/wait-until.ts";
import type { DockerEngine } from "./docker-engine.ts";
import type { ImageSource } from "./image-source.ts";
import { initiateReplicaSet, pingMongo } from "./mongo-connection.ts";
import { withoutPassword } from "./redis.ts";
import { rememberChoiceIn } from "./remembered-choice.ts";
import { buildRustServer, findRustServer, installPythonServer, secantusArguments } from "./secantus.ts";
import { startServerContainer } from "./server-container.ts";

export interface MongoOptions {
  port: number;
  dir: string;
  database: string;
  engine: DockerEngine;
  images: ImageSource;
  order: readonly MongoKind[];
}

export type MongoKind = "named" | "image" | "mongod" | "secantus-rust" | "secantus-rust-build" | "secantus-python";

/** The real one before a stand-in, a quick stand-in before a slow build. */
export const startOrder: readonly MongoKind[] = ["named", "image", "mongod", "secantus-rust", "secantus-python"];

/** The Rust stand-in first: it starts in a second anywhere, and is fast. The real one is tested in CI, through MONGO_URL. */
export const testOrder: readonly MongoKind[] = [
  "named",
  "secantus-rust",
  "mongod",
  "image",
  "secantus-rust-build",
  "secantus-python",
];

interface Start {
  note: string;
  warning?: string;
  /** Folders aren't shared between kinds: their files differ. */
  run(dataDir: string): Promise<void>;
}

const image = "mongo:7";
const standInWarning =
  "MongoDB itself isn't at hand; SecantusDB stands in for it (beta, for development only). Production means MongoDB 7 or newer.";

/** The ladder: MONGO_URL, LAMBDALITE_MONGOD, then `order`. */
export async function ensureMongo(setup: Setup, options: MongoOptions): Promise<string> {
  return setup.screen.step("Mongo", async (step) => {
    const { mongoUrl } = setup.environment;
    if (mongoUrl) {
      await pingMongo(mongoUrl).catch((error: Error) => {
        throw new SetupError(
          `MONGO_URL=${withoutPassword(mongoUrl)} doesn't answer (${error.message}). Start that server, or unset MONGO_URL.`,
        );
      });
      step.note("MONGO_URL");
      return mongoUrl;
    }
    const remembered = rememberChoiceIn(options.dir);
    const named = setup.environment.mongoProgram ? "named" : undefined;
    const choice = await climb(rungs(setup, options, step), named ?? (await remembered.read()));
    if (!choice) {
      throw new SetupError(
        "MongoDB is missing, and nothing that can stand in for it. Install MongoDB 7 (https://www.mongodb.com/docs/manual/installation/) or python3 with python3-venv, or set MONGO_URL.",
      );
    }
    const dataDir = join(options.dir, choice.name);
    await mkdir(dataDir, { recursive: true });
    await choice.found.run(dataDir);
    const url = `mongodb://127.0.0.1:${options.port}/${options.database}?directConnection=true`;
    await Promise.race([
      waitUntil("Mongo", () => pingMongo(url), { timeoutMs: 60_000, signal: setup.stop.signal }),
      setup.supervisor.died.then((error) => Promise.reject(error)),
    ]);
    await remembered.write(choice.name);
    if (choice.found.warning) setup.screen.warn(choice.found.warning);
    step.note(`${choice.found.note}, ${url}`);
    return url;
  });
}

function rungs(setup: Setup, options: MongoOptions, step: Step): Rung<Start>[] {
  const ways: Record<MongoKind, () => Promise<Start | undefined>> = {
    named: async () => namedProgram(setup, options),
    image: async () => ((await options.images.has(image, step)) ? fromImage(setup, options) : undefined),
    mongod: async () => optional(findProgram("mongod"), (program) => mongod(setup, options, program)),
    "secantus-rust": async () => optional(findRustServer(setup), (program) => secantus(setup, options, program)),
    "secantus-rust-build": async () =>
      optional(await buildRustServer(setup), (program) => secantus(setup, options, program)),
    "secantus-python": async () =>
      optional(await installPythonServer(setup), (program) => secantus(setup, options, program)),
  };
  return options.order.map((name) => ({ name, find: ways[name] }));
}

function optional<T>(program: string | undefined, use: (program: string) => T): T | undefined {
  return program === undefined ? undefined : use(program);
}

function namedProgram(setup: Setup, options: MongoOptions): Start | undefined {
  const program = setup.environment.mongoProgram;
  if (!program) return undefined;
  if (!isExecutable(program)) throw new SetupError(`LAMBDALITE_MONGOD=${program} is not a program that can be run.`);
  return basename(program).startsWith("mongod") ? mongod(setup, options, program) : secantus(setup, options, program);
}

function secantus(setup: Setup, options: MongoOptions, program: string): Start {
  return {
    note: basename(program),
    warning: standInWarning,
    run: (dataDir) =>
      startProgram(setup, program, secantusArguments(options.port, dataDir), { dataDir, graceMs: secantusGraceMs }),
  };
}

function mongod(setup: Setup, options: MongoOptions, program: string): Start {
  return {
    note: "mongod",
    async run(dataDir) {
      const args = ["--dbpath", dataDir, "--port", String(options.port), "--bind_ip", "127.0.0.1", "--replSet", "rs0"];
      await startProgram(setup, program, args, { dataDir, graceMs: mongodGraceMs });
      await becomeReplicaSet(setup, options.port, options.port);
    },
  };
}

function fromImage(setup: Setup, options: MongoOptions): Start {
  return {
    note: image,
    async run(dataDir) {
      const imagePort = 27017;
      await startServerContainer(setup, options.engine, {
        name: "mongo",
        image,
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
