import type { Claimant, Clock, Random } from "@lambda-lite/backplane/ports";
import type { Logger } from "pino";
import type { Rush } from "../domain/rush.ts";
import { DEFAULT_LIMITS } from "@lambda-lite/shared";
import { poolKey } from "../ports/sandbox.ts";
import type { SandboxProvider } from "../ports/sandbox.ts";
import { CGROUP_MOUNT, findCgroups } from "./cgroup-tree.ts";
import { createContainerRemoval } from "./container-removal.ts";
import { connectDocker, readEngineFacts } from "./docker-engine.ts";
import { createDockerSandboxProvider } from "./docker-sandbox-provider.ts";
import { createEngineHealth } from "./engine-health.ts";
import type { EngineHealth } from "./engine-health.ts";
import type { ImageSupply } from "./image-supply.ts";
import { createOrphanReaper } from "./orphan-reaper.ts";
import type { OrphanReaper } from "./orphan-reaper.ts";
import type { SandboxDefinition } from "./sandbox-definition.ts";
import { openSandboxGroups } from "./sandbox-groups.ts";

/** Everything that the worker does with its local Docker engine. */
export interface DockerSandboxes extends SandboxProvider {
  engineId: string;
  health: EngineHealth;
  reaper: OrphanReaper;
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
  installationId: string;
  /** Every life whose lease runs, so that nobody's containers are taken for orphans. */
  living: () => Promise<readonly Claimant[]>;
  onDroppedFrames: (count: number) => void;
  /** What removals give way to. */
  rush: Rush;
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
    living,
    installationId,
    onDroppedFrames,
    rush,
    clock,
    random,
    logger,
  } = deps;
  const docker = connectDocker(dockerHost);
  const { engineId, appArmor, cgroupDriver } = await readEngineFacts(docker).catch((cause: unknown) => {
    throw new Error(`The Docker engine at ${dockerHost} doesn't answer`, { cause });
  });
  async function trySandbox(signal: AbortSignal): Promise<void> {
    const sandbox = await provider.prepare(poolKey(DEFAULT_LIMITS), signal);
    // Not waited for: whether it can be removed is another question.
    void sandbox.dispose();
  }
  const health = createEngineHealth({ docker, image, supply, trySandbox, clock, logger });
  await health.check();
  const removal = createContainerRemoval({ clock, logger });
  const owner = () => ({ ...life(), engineId, installationId });
  // systemd wants slices, and removes them with their last container: nothing could be read then.
  const tree = cgroupDriver === "cgroupfs" ? await findCgroups(CGROUP_MOUNT) : undefined;
  const groups = await openSandboxGroups({ tree, installationId, clock, random });
  logger.info({ cgroupDriver }, groups ? "usage is read from the kernel" : "usage is read from the engine");
  const provider = createDockerSandboxProvider({
    docker,
    image,
    imageDigest: health.imageDigest,
    definition,
    appArmor,
    owner,
    groups,
    removal,
    rush,
    onDroppedFrames,
    clock,
    random,
  });
  return {
    ...provider,
    engineId,
    health,
    reaper: createOrphanReaper({ docker, owner, living, removal, groups, clock, logger }),
    async settled() {
      await removal.settled();
      await groups?.close();
    },
  };
}
