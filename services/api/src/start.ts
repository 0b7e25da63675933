import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { RunningService } from "@lambda-lite/backplane/run-service";
import { pino } from "pino";
import { startApi } from "./api.ts";
import { readConfig } from "./config.ts";

/** The built page, in the repository as in the image. */
const WEB_DIST = fileURLToPath(new URL("../../../web/dist", import.meta.url));

/** Starts the API as its environment `env` says. */
export async function start(env: NodeJS.ProcessEnv): Promise<RunningService> {
  const config = readConfig(env);
  const logger = pino({ name: "api", level: config.LOG_LEVEL });
  const webDir = config.WEB_DIR ?? (existsSync(`${WEB_DIST}/index.html`) ? WEB_DIST : undefined);
  const api = await startApi(config, { logger, webDir });
  return { logger, stop: api.stop };
}
