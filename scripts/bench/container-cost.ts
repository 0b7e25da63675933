import type Docker from "dockerode";

import { machineCpuMs, processCpuMs, processesNamed } from "./cpu-times.ts";
import type { ContainerTimes, FloorChange } from "./floor.ts";
import { measurePairs } from "./pairs.ts";
import type { Sides } from "./sides.ts";
import { median, round, sum } from "./statistics.ts";

const CONTAINERS = 12;
const PAIRS = 8;

/** CPU time of one fresh container, in ms. */
export interface ContainerCost {
  /** Of the whole machine while it was made, ran and was removed. */
  total: number;
  /** dockerd and containerd. */
  engine: number;
  /** Our own process: the client. */
  client: number;
  /** The rest: the shim, the runtime, Node inside, and the kernel's work for them. */
  runtimeAndSandbox: number;
}

/** Something done otherwise, and what it saves (less than 1) or costs. The wall stays all the same. */
export type Lever = { name: string } & (
  | LeverRatios
  | { /** Why it can't be tried on this machine. */ refused: string }
);

interface LeverRatios {
  /** With the change over without it, the middle of the ratios of pairs. */
  resultRatio: number;
  removalRatio: number;
}

const CHANGES: Readonly<Record<string, FloorChange>> = {
  "nothing changed (the noise of this table)": {},
  "no seccomp profile": onHost((host) => (host.SecurityOpt = ["seccomp=unconfined"])),
  "no tmpfs on /tmp": onHost((host) => delete host.Tmpfs),
  "no limits on files, sizes and cores": onHost((host) => delete host.Ulimits),
  "no limits on memory, CPU and processes": onHost((host) =>
    ["Memory", "MemorySwap", "NanoCpus", "PidsLimit"].forEach((name) => delete host[name as keyof Docker.HostConfig]),
  ),
  "renamed after its job": {
    beforeRemoval: (container) => container.rename({ name: `lambdalite-renamed-${container.id.slice(0, 12)}` }),
  },
};
const CRUN = onHost((host) => (host.Runtime = "crun"));

function onHost(change: (host: Docker.HostConfig) => unknown): FloorChange {
  return { body: ({ HostConfig }) => void change(HostConfig ?? {}) };
}

/** (g): where the work of one fresh container goes. */
export async function measureContainerCost(sides: Sides): Promise<ContainerCost> {
  const engines = await processesNamed(["dockerd", "containerd"]);
  const read = async () => ({
    total: await machineCpuMs(),
    engine: sum(await Promise.all(engines.map(processCpuMs))),
    client: await processCpuMs(process.pid),
  });
  await sides.floor();
  const before = await read();
  for (let n = 0; n < CONTAINERS; n += 1) await sides.floor();
  const after = await read();
  const [total, engine, client] = [
    after.total - before.total,
    after.engine - before.engine,
    after.client - before.client,
  ];
  return {
    total: round(total / CONTAINERS),
    engine: round(engine / CONTAINERS),
    client: round(client / CONTAINERS),
    runtimeAndSandbox: round((total - engine - client) / CONTAINERS),
  };
}

/** What single bricks of the wall cost, each beside the whole wall. */
export async function measureLevers(docker: Docker, sides: Sides): Promise<Lever[]> {
  const { Runtimes = {} } = (await docker.info()) as { Runtimes?: Record<string, object> };
  const changes = { ...CHANGES, ...("crun" in Runtimes && { "crun instead of runc": CRUN }) };
  const levers: Lever[] = [];
  for (const [name, change] of Object.entries(changes)) {
    const ratios = await measureLever(sides, change).catch((error: Error) => ({ refused: error.message }));
    levers.push({ name, ...ratios });
  }
  return levers;
}

async function measureLever(sides: Sides, change: FloorChange): Promise<LeverRatios> {
  const pairs = await measurePairs(PAIRS, sides.floor, () => sides.floor(change));
  const ratio = (of: keyof ContainerTimes) => round(median(pairs.map(([whole, less]) => less[of] / whole[of])));
  return { resultRatio: ratio("toResultMs"), removalRatio: ratio("toRemovalMs") };
}
