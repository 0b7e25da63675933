import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import type { Setup } from "../../lib/setup.ts";
import { ensureSandboxImage } from "../../servers/sandbox-image.ts";
import { openJobDatabase } from "../watch/job-database.ts";
import type { JobDatabase } from "../watch/job-database.ts";
import { createEngine } from "./docker-engine.ts";
import type { ChaosEngine } from "./docker-engine.ts";
import { cleanEnvironment } from "./environment.ts";
import { createMongo } from "./mongo-server.ts";
import { apiNames, workerNames } from "./parts.ts";
import type { ApiName, PartName, WorkerName } from "./parts.ts";
import type { Incident, Program } from "./program.ts";
import { createRedis } from "./redis-server.ts";
import { createApi, createWorker } from "./services.ts";
import type { Api, Installation, Worker } from "./services.ts";
import type { StackParts } from "./stack-parts.ts";
import type { StoreServer } from "./store-server.ts";

/** A whole installation whose every part the harness may break. */
export interface ChaosStack {
  apis: Record<ApiName, Api>;
  workers: Record<WorkerName, Worker>;
  redis: StoreServer;
  mongo: StoreServer;
  engine: ChaosEngine;
  installation: Installation;
  /** Looks into Mongo from outside. */
  database: JobDatabase;
  /** Everything that happened without being asked for. */
  incidents: Incident[];
  program(part: PartName): Program | undefined;
  /** An API and a worker beside it, on the same servers. Nobody else starts or stops them. */
  startAside(name: string, env: Record<string, string>): Promise<{ api: Api; worker: Worker }>;
}

export interface StackOptions {
  /** The checkout whose services are run. */
  root: string;
  dir: string;
  /** Environment of every service. */
  serviceEnv: Record<string, string>;
}

/** Starts servers and services. What was started is stopped by the setup's supervisor, whatever happens. */
export async function startStack(setup: Setup, options: StackOptions): Promise<ChaosStack> {
  const incidents: Incident[] = [];
  const parts: StackParts = {
    common: { env: cleanEnvironment(setup.processEnv), logDir: join(options.dir, "logs") },
    dirOf: (name) => join(options.dir, name),
    onIncident: (incident) => incidents.push(incident),
  };
  const start = async (program: Program) => {
    setup.supervisor.defer(program.name, async () => void (await program.terminate()));
    await program.start();
  };

  const { redis, mongo, engine, sandboxImage } = await startServers(setup, parts, start);
  const installation: Installation = {
    name: "chaos",
    root: options.root,
    servers: {
      redis,
      mongo,
    },
    dockerHost: engine.host,
    sandboxImage,
    parts,
    run: `${setup.instance}-${randomBytes(3).toString("hex")}`,
    env: options.serviceEnv,
  };
  const database = await openJobDatabase(mongo.urlOf(installation.name));
  setup.supervisor.defer("database", database.close);

  const apis = await byName(apiNames, (name) => createApi(installation, name));
  const workers = await byName(workerNames, (name) => createWorker(setup, installation, name));
  await setup.screen.step("Two APIs and three workers", () =>
    Promise.all([...Object.values(apis), ...Object.values(workers)].map(start)),
  );
  return {
    apis,
    workers,
    redis,
    mongo,
    engine,
    installation,
    database,
    incidents,
    program: (part) =>
      ({
        ...apis,
        ...workers,
        redis,
        mongo,
        docker: engine.program,
        sandbox: undefined,
      })[part],
    async startAside(name, env) {
      const beside = {
        ...installation,
        name,
        env,
      };
      const api = await createApi(beside, `api-${name}`);
      const worker = await createWorker(setup, beside, `worker-${name}`);
      await Promise.all([start(api), start(worker)]);
      return {
        api,
        worker,
      };
    },
  };
}

async function startServers(setup: Setup, parts: StackParts, start: (program: Program) => Promise<void>) {
  const engine = await createEngine(setup, parts);
  if (engine.program) await start(engine.program);
  await removeContainers(engine, setup.instance);
  setup.supervisor.defer("containers", () => removeContainers(engine, setup.instance));
  const sandboxImage = await ensureSandboxImage(setup, { ...engine, isOurs: engine.program !== undefined });
  const redis = await createRedis(setup, parts);
  const mongo = await createMongo(setup, parts);
  await Promise.all([start(redis), start(mongo)]);
  return { engine, sandboxImage, redis, mongo };
}

/** What this run or an earlier one left, whatever the reason. The judge has seen it by then. */
async function removeContainers({ docker }: ChaosEngine, instance: string): Promise<void> {
  const all = await docker.listContainers({ all: true, filters: { label: ["lambdalite.worker"] } });
  const ours = all.filter(({ Labels }) => Labels["lambdalite.worker"]?.startsWith(`${instance}-`));
  await Promise.all(ours.map(({ Id }) => docker.getContainer(Id).remove({ force: true })));
}

/** Environment of a life whose wall clock is wrong. */
export function skewedClock(offsetMs: number): Record<string, string> {
  const preload = pathToFileURL(join(import.meta.dirname, "skewed-clock.ts")).href;
  return { NODE_OPTIONS: `--import=${preload}`, CHAOS_CLOCK_OFFSET_MS: String(offsetMs) };
}

async function byName<K extends string, T>(names: readonly K[], make: (name: K) => Promise<T>): Promise<Record<K, T>> {
  const entries: Array<[K, T]> = [];
  for (const name of names) entries.push([name, await make(name)]);
  return Object.fromEntries(entries) as Record<K, T>;
}
