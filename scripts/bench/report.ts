import { cpus, release, totalmem } from "node:os";

import type Docker from "dockerode";

import type { Burst } from "./burst.ts";
import type { ContainerCost } from "./container-cost.ts";
import type { Lever } from "./levers.ts";
import type { OneByOne } from "./one-by-one.ts";
import type { RunnerStart } from "./runner-start.ts";
import type { Sustained } from "./throughput.ts";
import type { Warm } from "./warm.ts";

export interface Measurements {
  oneByOne: OneByOne;
  warm: Warm;
  sustained: Sustained;
  burst: Burst;
  runnerStart: RunnerStart;
  containerCost: ContainerCost;
  levers: Lever[];
}

export interface Machine {
  cpu: string;
  cores: number;
  memoryGib: number;
  kernel: string;
  node: string;
  engine: string;
  storageDriver: string;
  cgroups: string;
}

export async function describeMachine(docker: Docker): Promise<Machine> {
  const info = (await docker.info()) as { Driver: string; CgroupVersion?: string; CgroupDriver: string };
  const { Version } = await docker.version();
  return {
    cpu: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    memoryGib: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    node: process.version,
    engine: `Docker ${Version}`,
    storageDriver: info.Driver,
    cgroups: `v${info.CgroupVersion ?? "1"}, ${info.CgroupDriver}`,
  };
}

/** For programs: stable names, ratios beside absolute figures. */
export function toJson(machine: Machine, measured: Measurements) {
  const { oneByOne, warm, sustained, burst, runnerStart, containerCost, levers } = measured;
  return {
    machine,
    warm: {
      p50Ms: warm.p50,
      p90Ms: warm.p90,
      p99Ms: warm.p99,
      maxMs: warm.max,
      samples: warm.samples,
      startedCold: warm.cold,
      breakdown: warm.breakdown,
    },
    cold: { latencyRatio: oneByOne.resultRatio, removalRatio: oneByOne.removalRatio, ...oneByOne.cold },
    sustained: {
      throughputRatio: sustained.throughputRatio,
      withoutGroup: sustained.withoutGroup,
      perSecond: sustained.ourPerSecond,
      containersAtOnce: sustained.floorWidth,
      cpuMs: sustained.cpuMs,
    },
    burst,
    floor: {
      latencyMs: oneByOne.floor.toResultMs.p50,
      perSecond: sustained.floorPerSecond,
      ...oneByOne.floor,
      trials: sustained.floorTrials,
    },
    runnerStart,
    containerCost,
    levers,
  };
}

type Row = [what: string, figure: string, beside: string];

/** For people: the ratios first. */
export function render(machine: Machine, measured: Measurements): string {
  const { oneByOne, warm, sustained, burst, runnerStart, containerCost, levers } = measured;
  const { breakdown } = warm;
  const rows: Row[] = [
    [
      "Cold start over dockerode alone",
      `${oneByOne.resultRatio} ×`,
      `to the result: ${oneByOne.cold.toResultMs.p50} ms beside ${oneByOne.floor.toResultMs.p50} ms`,
    ],
    [
      "",
      `${oneByOne.removalRatio} ×`,
      `to the removal: ${oneByOne.cold.toRemovalMs.p50} ms beside ${oneByOne.floor.toRemovalMs.p50} ms`,
    ],
    [
      "Sustained throughput over the engine's best",
      `${sustained.throughputRatio} ×`,
      `${sustained.ourPerSecond}/s beside ${sustained.floorPerSecond}/s, ${sustained.floorWidth} at once`,
    ],
    [
      "  without their control groups",
      `${sustained.withoutGroup.throughputRatio} ×`,
      `beside ${sustained.withoutGroup.floorPerSecond}/s`,
    ],
    ["  CPU of the machine", `${sustained.cpuMs.ours} ms`, `per job beside ${sustained.cpuMs.floor} ms per container`],
    [
      "Warm, from submission to event",
      `${warm.p50} ms`,
      `p90 ${warm.p90}, p99 ${warm.p99}, most ${warm.max} ms; ${warm.samples} jobs at 1/s, ${warm.cold} of them cold`,
    ],
    ["  of which", `${breakdown.accept} ms`, "accepted"],
    ["", `${breakdown.queueAndClaim} ms`, "queued and claimed"],
    ["", `${breakdown.run} ms`, "ran"],
    ["", `${breakdown.finishAndNotify} ms`, "recorded and told"],
    [
      "Burst of 20, 10 sandboxes waiting",
      `${burst.firstTenMs} ms`,
      `to the tenth result; ${burst.allMs} ms to the last`,
    ],
    [
      "Runner's start",
      `${runnerStart.runner} ms`,
      `with a compile cache ${runnerStart.withCompileCache}, Node alone ${runnerStart.bareNode}, Node from a snapshot ${runnerStart.bareSnapshot} ms`,
    ],
    ["CPU of one fresh container", `${containerCost.total} ms`, `${containerCost.removal} of them after its result`],
    ["  of which", `${containerCost.engine} ms`, "engine"],
    ...(containerCost.sandbox === undefined
      ? []
      : [["", `${containerCost.sandbox} ms`, "in the sandbox: the runtime's last step, Node"] as Row]),
    ["", `${containerCost.shimAndRuntime} ms`, "shim and runtime"],
    ["", `${containerCost.kernelThreads} ms`, "the kernel's threads"],
    ["", `${containerCost.client} ms`, "client"],
    ...levers.map((lever): Row =>
      "refused" in lever
        ? [`  ${lever.name}`, "-", lever.refused]
        : [
            `  ${lever.name}`,
            `${lever.resultRatio} ×`,
            `to the result; to the removal ${lever.removalRatio} ×; saves ${lever.savedCpuMs} ms of CPU`,
          ],
    ),
  ];
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => (row[column] as string).length)));
  const lines = rows.map(
    ([what, figure, beside]) =>
      `${what.padEnd(widths[0] as number)}  ${figure.padStart(widths[1] as number)}  ${beside}`,
  );
  return [...lines, "", renderMachine(machine)].join("\n");
}

export function renderMachine({
  cpu,
  cores,
  memoryGib,
  kernel,
  node,
  engine,
  storageDriver,
  cgroups,
}: Machine): string {
  return `${cores} cores (${cpu}), ${memoryGib} GiB, Linux ${kernel}, ${engine} (${storageDriver}, cgroups ${cgroups}), Node ${node}`;
}
