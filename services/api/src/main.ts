import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { pino } from "pino";
import { startApi } from "./api.ts";
import { readConfig } from "./config.ts";

/** The built page, in the repository as in the image. */
const WEB_DIST = fileURLToPath(new URL("../../../web/dist", import.meta.url));

async function main(): Promise<void> {
  const config = readConfig(process.env);
  const logger = pino({ name: "api", level: config.LOG_LEVEL });
  const webDir = config.WEB_DIR ?? (existsSync(`${WEB_DIST}/index.html`) ? WEB_DIST : undefined);
  const api = await startApi(config, { logger, webDir });

  const stop = (signal: NodeJS.Signals) => {
    logger.info({ signal }, "stopping");
    api.stop().then(
      () => process.exit(0),
      (err: unknown) => {
        logger.error({ err }, "stopped uncleanly");
        process.exit(1);
      },
    );
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
}

main().catch((error: unknown) => {
  const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : "";
  process.stderr.write(`api: ${error instanceof Error ? error.message : String(error)}${cause}\n`);
  process.exitCode = 1;
  // Something half-open must not keep a failed start alive.
  setTimeout(() => process.exit(1), 1_000).unref();
});
