import { randomBytes } from "node:crypto";

import { systemClock, systemRandom } from "@lambda-lite/backplane/ports";
import { DEFAULT_LIMITS } from "@lambda-lite/shared";
import {
  CGROUP_MOUNT,
  containerOptions,
  createRush,
  findCgroups,
  jobHeader,
  openDockerSandboxes,
  openSandboxGroups,
  poolKey,
  readSandboxDefinition,
} from "@lambda-lite/worker/sandboxes";
import type {
  ContainerOptionsInput,
  DockerSandboxes,
  SandboxGroup,
  SandboxRequest,
} from "@lambda-lite/worker/sandboxes";
import { pino } from "pino";

import type { BenchStack } from "./bench-stack.ts";
import { runFloorContainer } from "./floor.ts";
import type { ContainerTimes, FloorChange } from "./floor.ts";

/** The job that every measurement runs. */
export const JOB = { code: "function main(a, b) { return a + b; }", args: [2, 3] };

/** One container each time, from nothing to its removal. */
export interface Sides {
  /** dockerode alone. */
  floor: (change?: FloorChange) => Promise<ContainerTimes>;
  /** Resolves when the control groups of the floor's containers are gone: nobody waits for that, as in ours. */
  settled: () => Promise<void>;
  /** Our cold path, with all that it promises. */
  cold: () => Promise<ContainerTimes>;
  close: () => Promise<void>;
}

/** Both sides make the same container, send the same bytes, and remove it in the same way. */
export async function openSides(stack: BenchStack): Promise<Sides> {
  const definition = await readSandboxDefinition();
  const name = () => randomBytes(8).toString("hex");
  const life = { workerId: `bench-${name()}`, epoch: 1 };
  const installationId = `bench-${name()}`;
  const sandboxes: DockerSandboxes = await openDockerSandboxes({
    dockerHost: stack.dockerHost,
    image: stack.sandboxImage,
    definition,
    supply: { archive: undefined, pull: false },
    life: () => life,
    living: async () => [life],
    installationId,
    onDroppedFrames: () => undefined,
    rush: createRush(systemClock),
    clock: systemClock,
    random: systemRandom,
    logger: pino({ level: "silent" }),
  });
  const owner = () => ({ ...life, installationId, engineId: sandboxes.engineId });
  const { CgroupDriver } = (await stack.docker.info()) as { CgroupDriver: string };
  const groups = await openSandboxGroups({
    // systemd wants slices, as in the worker.
    tree: CgroupDriver === "cgroupfs" ? await findCgroups(CGROUP_MOUNT) : undefined,
    installationId,
    clock: systemClock,
    random: systemRandom,
  });
  const key = poolKey(DEFAULT_LIMITS);
  const request = (): SandboxRequest => ({
    jobId: name(),
    attempt: 1,
    code: JOB.code,
    argsJson: JSON.stringify(JOB.args),
    limits: { ...DEFAULT_LIMITS },
  });
  const input = (group: SandboxGroup | undefined): ContainerOptionsInput => ({
    image: stack.sandboxImage,
    definition,
    name: `lambdalite-floor-${name()}`,
    key,
    owner: owner(),
    cgroupParent: group?.path,
    appArmor: false,
    nowMs: Date.now(),
  });

  /** The engine makes it with the container, and leaves it behind. */
  async function removeGroup(group: SandboxGroup, change: FloorChange): Promise<void> {
    await change.beforeGroupRemoval?.(group);
    await group.remove();
  }
  const removals: Array<Promise<void>> = [];

  return {
    async floor(change = {}) {
      // Where this process may make none, ours has none either.
      const group = change.withoutGroup ? undefined : groups?.next(owner());
      const options = containerOptions(input(group));
      change.body?.(options);
      const header = jobHeader(request(), randomBytes(16).toString("hex"));
      try {
        return await runFloorContainer(stack.docker, options, { header, change, group });
      } finally {
        if (group && !change.leave) removals.push(removeGroup(group, change));
      }
    },
    async settled() {
      await Promise.all(removals.splice(0));
    },
    async cold() {
      const startedMs = performance.now();
      const { signal } = new AbortController();
      const sandbox = await sandboxes.prepare(key, signal);
      const { reason, error } = await sandbox.run(request(), { signal });
      const toResultMs = performance.now() - startedMs;
      await sandbox.dispose();
      if (reason !== "OK") throw new Error(`the job ended as ${reason}: ${error}`);
      return { toResultMs, toRemovalMs: performance.now() - startedMs };
    },
    async close() {
      await Promise.all(removals);
      await sandboxes.settled();
      await groups?.close();
    },
  };
}
