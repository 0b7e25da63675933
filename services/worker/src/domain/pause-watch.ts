import type { Clock, PoolRegistry } from "@lambda-lite/backplane/ports";
import type { Logger } from "pino";

/** How often it is asked whether the pool is paused, in ms. A pause is also hinted at in Redis, at once. */
const LOOK_MS = 5_000;

/** Whether this worker's pool is paused, as Mongo has it. While Mongo is away the last answer holds. */
export function createPauseWatch(deps: {
  pools: Pick<PoolRegistry, "isPaused">;
  pool: string;
  clock: Clock;
  logger: Logger;
}) {
  const { pools, pool, clock, logger } = deps;
  const stopping = new AbortController();
  let paused = false;
  let loop: Promise<void> = Promise.resolve();

  async function look(): Promise<void> {
    const now = await pools.isPaused(pool);
    if (now !== paused) logger.info({ pool }, now ? "pool paused; fetching nothing" : "pool resumed");
    paused = now;
  }

  return {
    paused: () => paused,
    async start() {
      await look();
      loop = (async () => {
        while (!stopping.signal.aborted) {
          await clock.sleep(LOOK_MS, stopping.signal);
          await look().catch((err) => logger.debug({ err }, "pause not read"));
        }
      })();
    },
    async stop() {
      stopping.abort();
      await loop;
    },
  };
}
