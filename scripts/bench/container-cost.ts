import type Docker from "dockerode";

import { machineCpuMs, processCpuMs, processesNamed } from "./cpu-times.ts";
import type { ContainerTimes } from "./floor.ts";
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

/** A part of the container's body, and what it would save to go without. Less than 1 saves; the wall stays all the same. */
export interface Lever {
  name: string;
  /** With the change over without it, the middle of the ratios of pairs. */
  resultRatio: number;
  removalRatio: number;
}

type Change = (options: Docker.HostConfig) => void;

const CHANGES: Readonly<Record<string, Change>> = {
  "nothing changed (the noise of this table)": () => undefined,
  "no seccomp profile": (host) => (host.SecurityOpt = ["seccomp=unconfined"]),
  "no tmpfs on /tmp": (host) => delete host.Tmpfs,
  "no limits on files, sizes and cores": (host) => delete host.Ulimits,
  "no limits on memory, CPU and processes": (host) =>
    ["Memory", "MemorySwap", "NanoCpus", "PidsLimit"].forEach((name) => delete host[name as keyof Docker.HostConfig]),
};

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
  const crun: Record<string, Change> = "crun" in Runtimes ? { crun: (host) => (host.Runtime = "crun") } : {};
  const levers: Lever[] = [];
  for (const [name, change] of Object.entries({ ...CHANGES, ...crun })) {
    levers.push({ name, ...(await measureLever(sides, change)) });
  }
  return levers;
}

async function measureLever(sides: Sides, change: Change): Promise<Omit<Lever, "name">> {
  const changed = () => sides.floor(({ HostConfig }) => change(HostConfig ?? {}));
  const pairs = await measurePairs(PAIRS, sides.floor, changed);
  const ratio = (of: keyof ContainerTimes) => round(median(pairs.map(([whole, less]) => less[of] / whole[of])));
  return { resultRatio: ratio("toResultMs"), removalRatio: ratio("toRemovalMs") };
}
