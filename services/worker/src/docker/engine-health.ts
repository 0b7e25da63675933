import type { Clock } from "@lambda-lite/backplane/ports";
import type Docker from "dockerode";
import type { Logger } from "pino";

/** How often the engine is asked, in ms. */
const CHECK_MS = 5_000;

export interface EngineHealth {
  /** Whether a sandbox could be made, as far as is known. */
  healthy(): boolean;
  /** What is wrong, for people; undefined while healthy. */
  problem(): string | undefined;
  /** A sandbox couldn't be made: trust nothing until the next check. */
  suspect(reason: string): void;
  check(): Promise<void>;
  start(): void;
  stop(): Promise<void>;
}

/**
 * Healthy = the engine answers and has the sandbox image. A worker that isn't fetches nothing, so an
 * engine that is away or has no image never burns a job. Logs changes, not checks.
 */
export function createEngineHealth(deps: {
  docker: Docker;
  image: string;
  clock: Clock;
  logger: Logger;
}): EngineHealth {
  const { docker, image, clock, logger } = deps;
  const stopping = new AbortController();
  let problem: string | undefined = "not checked yet";
  let loop: Promise<void> = Promise.resolve();

  function set(next: string | undefined): void {
    if (next === problem) return;
    problem = next;
    if (problem) logger.error({ problem }, "no sandbox can be made; fetching nothing");
    else logger.info({ image }, "engine is healthy");
  }

  async function check(): Promise<void> {
    try {
      await docker.getImage(image).inspect();
      set(undefined);
    } catch (err) {
      set(describe(err, image));
    }
  }

  return {
    healthy: () => problem === undefined,
    problem: () => problem,
    suspect: set,
    check,
    start() {
      loop = (async () => {
        while (!stopping.signal.aborted) {
          await clock.sleep(CHECK_MS, stopping.signal);
          if (!stopping.signal.aborted) await check();
        }
      })();
    },
    async stop() {
      stopping.abort();
      await loop;
    },
  };
}

function describe(err: unknown, image: string): string {
  const { statusCode, message } = err as { statusCode?: number; message?: string };
  if (statusCode === 404) return `image ${image} is missing on the engine: npm run sandbox:build`;
  return `the Docker engine doesn't answer: ${message ?? String(err)}`;
}
