import type { Clock } from "@lambda-lite/backplane/ports";
import type Docker from "dockerode";
import type { Logger } from "pino";
import { ENGINE_DEADLINE_MS, withDeadline } from "./engine-deadline.ts";
import { engineProblem } from "./engine-problem.ts";
import { supplyImage } from "./image-supply.ts";
import type { ImageSupply } from "./image-supply.ts";

/** How often the engine is asked, in ms. */
const CHECK_MS = 5_000;

export interface EngineHealth {
  /** Whether a sandbox could be made, as far as is known. */
  healthy(): boolean;
  /** What is wrong, for people; undefined while healthy. */
  problem(): string | undefined;
  /** Content address of the sandbox image, as last seen. */
  imageDigest(): string | undefined;
  /** A sandbox couldn't be made: trust nothing until one can. */
  suspect(error: unknown): void;
  check(): Promise<void>;
  /** Checks, makes a sandbox in any case, and says whether the engine is healthy. Whoever asks before it begins shares it. */
  tryNow(): Promise<boolean>;
  start(): void;
  stop(): Promise<void>;
}

/**
 * Healthy = the engine answers and has the sandbox image, and where a sandbox couldn't be made, one could since. A worker
 * that isn't fetches nothing, so an engine that is away, lacks the image or has a full disk never burns a job. Logs
 * changes, not checks.
 */
export function createEngineHealth(deps: {
  docker: Docker;
  image: string;
  supply: ImageSupply;
  /** Makes a sandbox and removes it. @throws when none can be made, or the signal is aborted. */
  trySandbox: (signal: AbortSignal) => Promise<void>;
  clock: Clock;
  logger: Logger;
}): EngineHealth {
  const { docker, image, supply, trySandbox, clock, logger } = deps;
  const stopping = new AbortController();
  let problem: string | undefined = "not checked yet";
  let suspicions = 0;
  /** Those that a later check has refuted. */
  let refuted = 0;
  let digest: string | undefined;
  let loop: Promise<void> = Promise.resolve();
  let lastTrial: Promise<unknown> = Promise.resolve();
  /** The one that hasn't begun yet. One that has may have seen the engine as it was before it failed. */
  let nextTrial: Promise<boolean> | undefined;

  function set(next: string | undefined): void {
    if (next === problem) return;
    problem = next;
    if (problem) logger.error({ problem }, "no sandbox can be made; fetching nothing");
    else logger.info({ image }, "engine is healthy");
  }

  async function hasImage(): Promise<boolean> {
    try {
      const ask = (abortSignal: AbortSignal) => inspectImage(docker, image, abortSignal);
      digest = (await withDeadline("inspect the image", ENGINE_DEADLINE_MS.ask, ask)).Id;
      return true;
    } catch (error) {
      digest = undefined;
      if ((error as { statusCode?: number }).statusCode === 404) return false;
      throw error;
    }
  }

  async function findProblem(mustTry: boolean): Promise<string | undefined> {
    const there = (await hasImage()) || ((await supplyImage(image, supply, { docker, logger })) && (await hasImage()));
    if (!there) return `image ${image} is missing on the engine: npm run sandbox:build`;
    if (mustTry || suspicions > refuted) await trySandbox(stopping.signal);
    return undefined;
  }

  async function check({ mustTry = false } = {}): Promise<void> {
    const known = suspicions;
    try {
      const found = await findProblem(mustTry);
      // One that came up meanwhile stands until the next check.
      if (known !== suspicions) return;
      refuted = known;
      set(found);
    } catch (err) {
      set(`the Docker engine fails: ${engineProblem(err)}`);
    }
  }

  return {
    healthy: () => problem === undefined,
    problem: () => problem,
    imageDigest: () => digest,
    suspect(error) {
      suspicions += 1;
      set(`no sandbox can be made: ${engineProblem(error)}`);
    },
    check: () => check(),
    tryNow() {
      nextTrial ??= lastTrial.then(async () => {
        nextTrial = undefined;
        await check({ mustTry: true });
        return problem === undefined;
      });
      lastTrial = nextTrial;
      return nextTrial;
    },
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

/** dockerode's own gives up an answer, but not the request: with an engine that hangs, that keeps its connection. */
function inspectImage(docker: Docker, image: string, abortSignal: AbortSignal): Promise<{ Id: string }> {
  const inspected = Promise.withResolvers<{ Id: string }>();
  const request = {
    path: `/images/${image}/json`,
    method: "GET",
    abortSignal,
    statusCodes: { 200: true, 404: "no such image", 500: "server error" },
  };
  docker.modem.dial(request, (error, answer) =>
    error ? inspected.reject(error as Error) : inspected.resolve(answer as { Id: string }),
  );
  return inspected.promise;
}
