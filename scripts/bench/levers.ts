import type { SandboxGroup } from "@lambda-lite/worker/sandboxes";
import type Docker from "dockerode";

import { machineCpuMs } from "./cpu-times.ts";
import type { ContainerTimes, FloorChange } from "./floor.ts";
import { createLayeredImage } from "./layered-image.ts";
import { measurePairs } from "./pairs.ts";
import type { Sides } from "./sides.ts";
import { median, round, sum } from "./statistics.ts";

const PAIRS = 12;
/** Layers that the sandbox image is made to have more. */
const MORE_LAYERS = 16;
/** Containers that are removed together. */
const BATCH = 4;

/** Something done otherwise, and what it saves or costs. The wall stays all the same. */
export type Lever = { name: string } & (
  | LeverEffect
  | { /** Why it can't be tried on this machine. */ refused: string }
);

interface LeverEffect {
  /** With the change over without it, the middle of the ratios of pairs. */
  resultRatio: number;
  removalRatio: number;
  /** CPU of the machine that it saves per container, in ms; negative: that it costs. */
  savedCpuMs: number;
}

/** What is measured at once: one container, or some. */
interface Measured {
  times: ContainerTimes;
  cpuMs: number;
}

const NO_NEW_PRIVILEGES = "no-new-privileges";
const CHANGES: Readonly<Record<string, FloorChange>> = {
  "nothing changed (the noise of this table)": {},
  "no control group of its own": { withoutGroup: true },
  "no seccomp profile": onHost((host) => (host.SecurityOpt = [NO_NEW_PRIVILEGES, "seccomp=unconfined"])),
  "Docker's own, larger seccomp profile": onHost((host) => (host.SecurityOpt = [NO_NEW_PRIVILEGES])),
  "no tmpfs on /tmp": onHost((host) => delete host.Tmpfs),
  "no masked and no read-only paths in /proc and /sys": onHost((host) =>
    Object.assign(host, { MaskedPaths: [], ReadonlyPaths: [] }),
  ),
  "no limits on files, sizes and cores": onHost((host) => delete host.Ulimits),
  "no limits on memory, CPU and processes": onHost((host) =>
    ["Memory", "MemorySwap", "NanoCpus", "PidsLimit"].forEach((name) => delete host[name as keyof Docker.HostConfig]),
  ),
  "renamed after its job": {
    beforeRemoval: (container) => container.rename({ name: `lambdalite-renamed-${container.id.slice(0, 12)}` }),
  },
};
const CRUN = "crun instead of runc";

function onHost(change: (host: Docker.HostConfig) => unknown): FloorChange {
  return { body: ({ HostConfig }) => void change(HostConfig ?? {}) };
}

/** (g): what single bricks of the wall cost, each beside the whole wall, and what else might help. */
export async function measureLevers(docker: Docker, sandboxImage: string, sides: Sides): Promise<Lever[]> {
  const { Runtimes = {} } = (await docker.info()) as { Runtimes?: Record<string, object> };
  const layered = await createLayeredImage(docker, sandboxImage, MORE_LAYERS);
  try {
    const changes: Record<string, FloorChange> = {
      ...CHANGES,
      [`${MORE_LAYERS} layers more in the image`]: { body: (options) => void (options.Image = layered.image) },
      ...("crun" in Runtimes && { [CRUN]: onHost((host) => (host.Runtime = "crun")) }),
    };
    const levers: Lever[] = [];
    for (const [name, change] of Object.entries(changes)) {
      levers.push(await measureLever(name, { plain: () => one(sides), changed: () => one(sides, change) }));
    }
    if (!("crun" in Runtimes)) levers.push({ name: CRUN, refused: "this engine doesn't offer it (--add-runtime)" });
    const batch = { plain: () => some(sides), changed: () => removedTogether(sides), containers: BATCH };
    levers.push(await measureLever(`${BATCH} removed at once`, batch));
    return levers;
  } finally {
    await layered.remove();
  }
}

async function measureLever(
  name: string,
  ways: { plain: () => Promise<Measured>; changed: () => Promise<Measured>; containers?: number },
): Promise<Lever> {
  const { plain, changed, containers = 1 } = ways;
  try {
    const pairs = await measurePairs(PAIRS / containers, plain, changed);
    const ratio = (of: keyof ContainerTimes) =>
      round(median(pairs.map(([without, withIt]) => withIt.times[of] / without.times[of])));
    const saved = pairs.map(([without, withIt]) => without.cpuMs - withIt.cpuMs);
    return {
      name,
      resultRatio: ratio("toResultMs"),
      removalRatio: ratio("toRemovalMs"),
      savedCpuMs: round(sum(saved) / PAIRS),
    };
  } catch (error) {
    return { name, refused: (error as Error).message };
  }
}

async function measured({ settled }: Sides, run: () => Promise<ContainerTimes>): Promise<Measured> {
  const beforeMs = await machineCpuMs();
  const times = await run();
  await settled();
  return { times, cpuMs: (await machineCpuMs()) - beforeMs };
}

const one = (sides: Sides, change?: FloorChange) => measured(sides, () => sides.floor(change));

/** One after the other, each removed before the next. */
const some = (sides: Sides) =>
  measured(sides, async () => {
    const times: ContainerTimes[] = [];
    for (let n = 0; n < BATCH; n += 1) times.push(await sides.floor());
    const total = (of: keyof ContainerTimes) => sum(times.map((each) => each[of]));
    return { toResultMs: total("toResultMs"), toRemovalMs: total("toRemovalMs") };
  });

/** One after the other, and then all removed at the same time. */
const removedTogether = (sides: Sides) =>
  measured(sides, async () => {
    const left: Docker.Container[] = [];
    const groups: SandboxGroup[] = [];
    const startedMs = performance.now();
    const results: number[] = [];
    for (let n = 0; n < BATCH; n += 1) {
      const { toResultMs } = await sides.floor({
        leave(container, group) {
          left.push(container);
          if (group) groups.push(group);
        },
      });
      results.push(toResultMs);
    }
    await Promise.all(left.map((container) => container.remove({ force: true, v: true })));
    await Promise.all(groups.map((group) => group.remove()));
    return { toResultMs: sum(results), toRemovalMs: performance.now() - startedMs };
  });
