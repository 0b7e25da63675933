import { hostname } from "node:os";
import type { RunningService } from "@lambda-lite/backplane/run-service";
import { pino } from "pino";
import { readConfig } from "./config.ts";
import { readSandboxDefinition } from "./docker/sandbox-definition.ts";
import { startWorker } from "./worker.ts";

/** Starts the worker as its environment `env` says. */
export async function start(env: NodeJS.ProcessEnv): Promise<RunningService> {
  const config = readConfig(env, hostname());
  const logger = pino({ name: "worker", level: config.LOG_LEVEL });
  const worker = await startWorker(config, { logger, definition: await readSandboxDefinition() });
  return { logger, stop: worker.stop };
}
