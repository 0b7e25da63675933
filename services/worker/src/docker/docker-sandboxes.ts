import type { Claimant, Clock, Random } from "@lambda-lite/backplane/ports";
import type { Logger } from "pino";
import type { SandboxProvider } from "../ports/sandbox.ts";
import { createContainerRemoval } from "./container-removal.ts";
import { connectDocker, readEngineFacts } from "./docker-engine.ts";
import { createDockerSandboxProvider } from "./docker-sandbox-provider.ts";
import { createEngineHealth } from "./engine-health.ts";
import type { EngineHealth } from "./engine-health.ts";
import type { ImageSupply } from "./image-supply.ts";
import { reapEarlierLives } from "./orphan-reaper.ts";
import type { SandboxDefinition } from "./sandbox-definition.ts";

/** Everything that the worker does with its local Docker engine. */
export interface DockerSandboxes extends SandboxProvider {
  engineId: string;
  health: EngineHealth;
  /** Removes what earlier lives of this worker left here. */
  reapEarlierLives(life: Claimant): Promise<void>;
  /** Resolves when every container that was disposed of is gone. */
  settled(): Promise<void>;
}

/**
 * Connects to the engine, and checks once whether it has the sandbox image.
 * @throws Error when the engine doesn't answer.
 */
export async function openDockerSandboxes(deps: {
  dockerHost: string;
  /** Another image than the definition's own, with the same runner. */
  image: string | undefined;
  definition: SandboxDefinition;
  /** Where the image comes from when the engine lacks it. */
  supply: ImageSupply;
  /** The worker's present life: its containers bear it. */
  life: () => Claimant;
  onDroppedFrames: (count: number) => void;
  clock: Clock;
  random: Random;
  logger: Logger;
}): Promise<DockerSandboxes> {
  const {
    dockerHost,
    image = deps.definition.image,
    definition,
    supply,
    life,
    onDroppedFrames,
    clock,
    random,
    logger,
  } = deps;
  const docker = connectDocker(dockerHost);
  const { engineId, appArmor } = await readEngineFacts(docker).catch((cause: unknown) => {
    throw new Error(`The Docker engine at ${dockerHost} doesn't answer`, { cause });
  });
  const health = createEngineHealth({ docker, image, supply, clock, logger });
  await health.check();
  const removal = createContainerRemoval({ clock, logger });
  const provider = createDockerSandboxProvider({
    docker,
    image,
    definition,
    appArmor,
    owner: () => ({ ...life(), engineId }),
    removal,
    onDroppedFrames,
    clock,
    random,
  });
  return {
    ...provider,
    engineId,
    health,
    async reapEarlierLives(newLife) {
      await reapEarlierLives({ ...newLife, engineId }, { docker, removal, logger });
    },
    settled: removal.settled,
  };
}
