import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { pino } from "pino";
import { startApi } from "./api.ts";
import { readConfig } from "./config.ts";

/** The built page, in the repository as in the image. */
const WEB_DIST = fileURLToPath(new URL("../../../web/dist", import.meta.url));

/** How long a stopped process may take to end by itself, in ms. */
const LINGER_MS = 2_000;

async function main(): Promise<void> {
  const config = readConfig(process.env);
  const logger = pino({ name: "api", level: config.LOG_LEVEL });
  const webDir = config.WEB_DIR ?? (existsSync(`${WEB_DIST}/index.html`) ? WEB_DIST : undefined);
  const api = await startApi(config, { logger, webDir });

  const stop = async (signal: NodeJS.Signals) => {
    logger.info({ signal }, "stopping");
    try {
      await api.stop();
      logger.info("stopped");
    } catch (err) {
      logger.error({ err }, "stopped uncleanly");
      process.exitCode = 1;
    }
    // Nothing is open now, so the process ends by itself; if it doesn't, that is a leak to know about.
    setTimeout(() => {
      logger.error({ open: process.getActiveResourcesInfo() }, "something was left open");
      process.exit(1);
    }, LINGER_MS).unref();
  };
  process.once("SIGTERM", (signal) => void stop(signal));
  process.once("SIGINT", (signal) => void stop(signal));
}

main().catch((error: unknown) => {
  const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : "";
  process.stderr.write(`api: ${error instanceof Error ? error.message : String(error)}${cause}\n`);
  process.exitCode = 1;
  // Something half-open must not keep a failed start alive.
  setTimeout(() => process.exit(1), LINGER_MS).unref();
});
