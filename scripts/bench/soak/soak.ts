import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import type Docker from "dockerode";

import type { Setup } from "../../lib/setup.ts";
import { startStack } from "../bench-stack.ts";
import { openClient } from "../jobs.ts";
import { round } from "../statistics.ts";

const JOBS = 2_000;
/** Compilers and caches have filled by then. */
const WARM_UP = 200;
const AT_ONCE = 6;
const MAX_GROWTH_MB = 20;
const MAX_RESIDENT_MB = 200;
/** Keep-alive connections to the engine come and go. */
const MAX_MORE_DESCRIPTORS = 8;
/** The last removals take their time, in ms. */
const SETTLE_MS = 10_000;
const LABEL = "lambdalite=sandbox";

export interface SoakResult {
  jobs: number;
  perSecond: number;
  /** Ids of containers that were made and didn't wait at the end, each counted once. */
  containers: number;
  residentMb: { before: number; after: number; most: number };
  descriptors: { before: number; after: number };
  leftContainers: number;
  leftGroups: number;
}

export async function runSoak(setup: Setup): Promise<SoakResult> {
  const stack = await startStack(setup);
  const groupsBefore = await countGroups();
  const created = await listenForContainers(stack.docker);
  const worker = await stack.restartWorker({ WORKER_RATE_LIMIT_MAX: "100000", WORKER_CONCURRENCY: "4" });
  const client = await openClient(stack.url);
  let most = 0;
  const watch = setInterval(() => void residentMb(worker.pid).then((mb) => (most = Math.max(most, mb))), 1_000);
  try {
    await runJobs(client.run, WARM_UP);
    const before = { resident: await residentMb(worker.pid), descriptors: await countDescriptors(worker.pid) };
    const startedMs = performance.now();
    await setup.screen.step(`${JOBS} jobs`, () => runJobs(client.run, JOBS - WARM_UP));
    const seconds = (performance.now() - startedMs) / 1_000;
    await sleep(SETTLE_MS);
    const after = { resident: await residentMb(worker.pid), descriptors: await countDescriptors(worker.pid) };
    // Those that still wait for a job had none, and go with their worker.
    const unused = await worker.warm();
    await stack.stopWorker();
    return {
      jobs: JOBS,
      perSecond: round((JOBS - WARM_UP) / seconds),
      containers: created.ids.size - unused,
      residentMb: { before: before.resident, after: after.resident, most: Math.max(most, after.resident) },
      descriptors: { before: before.descriptors, after: after.descriptors },
      leftContainers: (await stack.docker.listContainers({ all: true, filters: { label: [LABEL] } })).length,
      leftGroups: (await countGroups()) - groupsBefore,
    };
  } finally {
    clearInterval(watch);
    created.close();
    client.close();
  }
}

/** In words, what isn't as it must be. */
export function brokenBounds(result: SoakResult): string[] {
  const { jobs, containers, residentMb: resident, descriptors, leftContainers, leftGroups } = result;
  const bounds: Array<[holds: boolean, what: string]> = [
    [containers === jobs, `${jobs} jobs ran in ${containers} different containers`],
    [resident.after - resident.before < MAX_GROWTH_MB, `the worker grew by more than ${MAX_GROWTH_MB} MB`],
    [resident.most < MAX_RESIDENT_MB, `the worker had more than ${MAX_RESIDENT_MB} MB`],
    [descriptors.after - descriptors.before <= MAX_MORE_DESCRIPTORS, "the worker leaks descriptors"],
    [leftContainers === 0, `${leftContainers} containers were left`],
    [leftGroups <= 0, `${leftGroups} control groups were left`],
  ];
  return bounds.flatMap(([holds, what]) => (holds ? [] : [what]));
}

async function runJobs(run: () => Promise<unknown>, count: number): Promise<void> {
  let left = count;
  const lane = async () => {
    while (left-- > 0) await run();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}

async function listenForContainers(docker: Docker) {
  const stream = await docker.getEvents({ filters: { event: ["create"], label: [LABEL] } });
  const ids = new Set<string>();
  let rest = "";
  stream.setEncoding("utf8");
  stream.on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines.filter(Boolean)) ids.add((JSON.parse(line) as { Actor: { ID: string } }).Actor.ID);
  });
  return { ids, close: () => (stream as unknown as { destroy(): void }).destroy() };
}

async function residentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return round(Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) / 1024);
}

async function countDescriptors(pid: number): Promise<number> {
  return (await readdir(`/proc/${pid}/fd`)).length;
}

/** Groups of sandboxes, of every installation on this machine. */
async function countGroups(): Promise<number> {
  let count = 0;
  for (const root of ["/sys/fs/cgroup/lambdalite", "/sys/fs/cgroup/memory/lambdalite"]) {
    for (const installation of await readdir(root).catch((): string[] => [])) {
      const names = await readdir(join(root, installation), { withFileTypes: true }).catch(() => []);
      count += names.filter((entry) => entry.isDirectory()).length;
    }
  }
  return count;
}
