import type { Logger } from "pino";

/** How long a stopped process may take to end by itself, in ms. */
const LINGER_MS = 2_000;

/**
 * Runs a service's process from its start to its end: SIGTERM and SIGINT stop it in an orderly way, a second one as
 * the system does. A stopped process ends by itself, because nothing is open any more; one that doesn't is told of
 * and ends with code 1, and so does one that can't start.
 */
export async function runService(
  name: string,
  start: () => Promise<{ logger: Logger; stop: () => Promise<void> }>,
): Promise<void> {
  try {
    const { logger, stop } = await start();
    const onSignal = (signal: NodeJS.Signals) => void stopProcess(signal, stop, logger);
    process.once("SIGTERM", onSignal);
    process.once("SIGINT", onSignal);
  } catch (error) {
    process.stderr.write(`${name}: ${describe(error)}\n`);
    process.exitCode = 1;
    // Something half-open must not keep a failed start alive.
    setTimeout(() => process.exit(), LINGER_MS).unref();
  }
}

async function stopProcess(signal: NodeJS.Signals, stop: () => Promise<void>, logger: Logger): Promise<void> {
  logger.info({ signal }, "stopping");
  try {
    await stop();
    logger.info("stopped");
  } catch (err) {
    logger.error({ err }, "stopped uncleanly");
    process.exitCode = 1;
  }
  setTimeout(() => {
    logger.error({ open: process.getActiveResourcesInfo() }, "something was left open");
    process.exit(1);
  }, LINGER_MS).unref();
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
