import { hostname } from "node:os";
import { pino } from "pino";
import { readConfig } from "./config.ts";
import { readSandboxDefinition } from "./docker/sandbox-definition.ts";
import { startWorker } from "./worker.ts";

/** How long a stopped process may take to end by itself, in ms. */
const LINGER_MS = 2_000;

async function main(): Promise<void> {
  const config = readConfig(process.env, hostname());
  const logger = pino({ name: "worker", level: config.LOG_LEVEL });
  const worker = await startWorker(config, { logger, definition: await readSandboxDefinition() });

  const stop = async (signal: NodeJS.Signals) => {
    logger.info({ signal }, "stopping");
    try {
      await worker.stop();
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
  process.stderr.write(`worker: ${error instanceof Error ? error.message : String(error)}${cause}\n`);
  process.exitCode = 1;
  // Something half-open must not keep a failed start alive.
  setTimeout(() => process.exit(1), LINGER_MS).unref();
});
