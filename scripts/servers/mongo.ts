import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import { findProgram } from "../lib/find-program.ts";
import { climb } from "../lib/ladder.ts";
import type { Rung } from "../lib/ladder.ts";
import type { Step } from "../lib/screen.ts";
import { SetupError } from "../lib/setup-error.ts";
import type { Setup } from "../lib/setup.ts";
import { waitUntil } from "../lib/wait-until.ts";
import type { DockerEngine } from "./docker-engine.ts";
import type { ImageSource } from "./image-source.ts";
import { pingMongo } from "./mongo-connection.ts";
import { mongoImage, startMongod, startMongoImage, startNamedProgram, startSecantus } from "./mongo-starts.ts";
import type { MongoStart } from "./mongo-starts.ts";
import { rememberChoiceIn } from "./remembered-choice.ts";
import { buildRustServer, findRustServer, installPythonServer } from "./secantus.ts";

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

/** The ladder: MONGO_URL (checked already), LAMBDALITE_MONGOD, then `order`. */
export async function ensureMongo(setup: Setup, options: MongoOptions): Promise<string> {
  return setup.screen.step("Mongo", async (step) => {
    const { mongoUrl } = setup.environment;
    if (mongoUrl) {
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
    const dataDir = join(options.dir, choice.found.kind);
    await mkdir(dataDir, { recursive: true });
    await choice.found.run(dataDir);
    const url = `mongodb://127.0.0.1:${options.port}/${options.database}?directConnection=true`;
    await setup.supervisor.whileAlive(
      waitUntil("Mongo", () => pingMongo(url), { timeoutMs: 60_000, signal: setup.stop.signal }),
    );
    await remembered.write(choice.found.kind);
    if (choice.found.warning) setup.screen.warn(choice.found.warning);
    step.note(`${choice.found.note}, ${url}`);
    return url;
  });
}

function rungs(setup: Setup, options: MongoOptions, step: Step): Rung<MongoStart>[] {
  const ways: Record<MongoKind, () => Promise<MongoStart | undefined>> = {
    named: async () => startNamedProgram(setup, options),
    image: async () => ((await options.images.has(mongoImage, step)) ? startMongoImage(setup, options) : undefined),
    mongod: async () => optional(findProgram("mongod"), (program) => startMongod(setup, options, program)),
    "secantus-rust": async () => optional(findRustServer(setup), (program) => startSecantus(setup, options, program)),
    "secantus-rust-build": async () =>
      optional(await buildRustServer(setup), (program) => startSecantus(setup, options, program)),
    "secantus-python": async () =>
      optional(await installPythonServer(setup), (program) => startSecantus(setup, options, program)),
  };
  return options.order.map((name) => ({ name, find: ways[name] }));
}

function optional<T>(program: string | undefined, use: (program: string) => T): T | undefined {
  return program === undefined ? undefined : use(program);
}
