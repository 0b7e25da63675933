import { readFile } from "node:fs/promises";
import { hostname } from "node:os";
import { pino } from "pino";
import { readConfig } from "./config.ts";
import { startWorker } from "./worker.ts";

/** Beside the runners that it is made for, in the repository as in the image. */
const SECCOMP_PROFILE = new URL("../../../sandbox/seccomp.json", import.meta.url);

async function main(): Promise<void> {
  const config = readConfig(process.env, hostname());
  const logger = pino({ name: "worker", level: config.LOG_LEVEL });
  // Compact, because it travels with every container.
  const seccompProfile = JSON.stringify(JSON.parse(await readFile(SECCOMP_PROFILE, "utf8")));
  const worker = await startWorker(config, { logger, seccompProfile });

  const stop = (signal: NodeJS.Signals) => {
    logger.info({ signal }, "stopping");
    worker.stop().then(
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
  process.stderr.write(`worker: ${error instanceof Error ? error.message : String(error)}${cause}\n`);
  process.exitCode = 1;
  // Something half-open must not keep a failed start alive.
  setTimeout(() => process.exit(1), 1_000).unref();
});
