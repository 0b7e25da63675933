import type { Logger } from "pino";

/** How long a stopped process may take to end by itself, in ms. */
const LINGER_MS = 2_000;
/** How long a start goes on after a signal, to end with an orderly stop, in ms. */
const START_GRACE_MS = 15_000;

export interface RunningService {
  logger: Logger;
  stop(): Promise<void>;
}

/**
 * Runs a service's process from its start to its end: SIGTERM and SIGINT stop it in an orderly way, a second one as
 * the system does. A signal during the start counts when that is done, and ends a start that isn't done in 15 s. A
 * stopped process ends by itself, because nothing is open any more; one that doesn't is told of and ends with code 1,
 * and so does one that can't start.
 *
 * As PID 1 of a container a process without a listener never sees a signal (pid_namespaces(7)). So this module imports
 * nothing, main.ts imports nothing else, and `start` loads the rest, which takes a second and more on a busy machine.
 */
export async function runService(name: string, start: () => Promise<RunningService>): Promise<void> {
  const { promise: signalled, resolve } = Promise.withResolvers<NodeJS.Signals>();
  process.once("SIGTERM", resolve);
  process.once("SIGINT", resolve);
  let giveUp: NodeJS.Timeout | undefined;
  void signalled.then((signal) => {
    giveUp = setTimeout(() => {
      process.stderr.write(`${name}: ${signal} while starting\n`);
      process.exit(1);
    }, START_GRACE_MS);
  });
  try {
    const service = await start();
    void signalled.then((signal) => {
      clearTimeout(giveUp);
      return stopProcess(signal, service);
    });
  } catch (error) {
    process.stderr.write(`${name}: ${describe(error)}\n`);
    process.exitCode = 1;
    // Something half-open must not keep a failed start alive.
    setTimeout(() => process.exit(), LINGER_MS).unref();
  }
}

async function stopProcess(signal: NodeJS.Signals, { logger, stop }: RunningService): Promise<void> {
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
