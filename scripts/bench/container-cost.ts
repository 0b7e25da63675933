import { kernelThreadsCpuMs, machineCpuMs, processCpuMs, processesNamed } from "./cpu-times.ts";
import type { Sides } from "./sides.ts";
import { round, sum } from "./statistics.ts";

const CONTAINERS = 24;

/** CPU time of one fresh container, in ms. */
export interface ContainerCost {
  /** Of the whole machine while it was made, ran and was removed. */
  total: number;
  /** Of that, from the result on: the end of its processes, and the removal. */
  removal: number;
  /** dockerd and containerd. */
  engine: number;
  /** What ran in the container's control group: the runtime's last step, tini, Node. Absent where it can't be read. */
  sandbox?: number;
  /** The kernel's own threads: what is freed and written later. */
  kernelThreads: number;
  /** Our own process: the client. */
  client: number;
  /** The rest: the shim and the runtime (and the sandbox, where that can't be told apart). */
  shimAndRuntime: number;
}

/** (g): where the work of one fresh container goes. */
export async function measureContainerCost(sides: Sides): Promise<ContainerCost> {
  const engines = await processesNamed(["dockerd", "containerd"]);
  let toResultMs = 0;
  /** Absent where no group could be read. */
  let sandboxMs: number | undefined;
  async function runOne(): Promise<void> {
    const beforeMs = await machineCpuMs();
    await sides.floor({
      beforeRemoval: async () => void (toResultMs += (await machineCpuMs()) - beforeMs),
      async beforeGroupRemoval({ usage }) {
        const used = await usage.read();
        if (used) sandboxMs = (sandboxMs ?? 0) + used.cpuTime;
      },
    });
  }
  const read = async () => ({
    total: await machineCpuMs(),
    engine: sum(await Promise.all(engines.map(processCpuMs))),
    kernelThreads: await kernelThreadsCpuMs(),
    client: await processCpuMs(process.pid),
  });

  // The first one fills caches.
  await runOne();
  await sides.settled();
  [toResultMs, sandboxMs] = [0, undefined];
  const before = await read();
  for (let n = 0; n < CONTAINERS; n += 1) await runOne();
  await sides.settled();
  const after = await read();
  const each = (of: keyof typeof before) => (after[of] - before[of]) / CONTAINERS;
  const parts = { engine: each("engine"), kernelThreads: each("kernelThreads"), client: each("client") };
  const sandbox = sandboxMs === undefined ? undefined : sandboxMs / CONTAINERS;
  const total = each("total");
  return {
    total: round(total),
    removal: round(total - toResultMs / CONTAINERS),
    engine: round(parts.engine),
    ...(sandbox !== undefined && { sandbox: round(sandbox) }),
    kernelThreads: round(parts.kernelThreads),
    client: round(parts.client),
    shimAndRuntime: round(total - sum(Object.values(parts)) - (sandbox ?? 0)),
  };
}
