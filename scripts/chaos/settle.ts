import { setTimeout as sleep } from "node:timers/promises";

import { Redis } from "ioredis";

import { isAllowedRedisKey } from "../lib/leak-check.ts";
import { waitUntil } from "../lib/wait-until.ts";
import type { ChaosStack } from "./stack/chaos-stack.ts";
import { WARM_MOST } from "./stack/services.ts";
import type { JobRecord } from "./watch/job-database.ts";
import type { JobWatcher } from "./watch/job-watcher.ts";

/** Backoff of what was hit often, and the backlog, in ms. */
const ALL_ENDED_MS = 300_000;
/** An entry whose worker died comes back by BullMQ's lock and its search for stalled ones, in ms. */
const GONE_MS = 45_000;
/** Between two readings of the database that must be the same, in ms. */
const APART_MS = 5_000;

export interface Settled {
  reads: JobRecord[][];
  leftovers: string[];
}

/** After the last round: everything is up, all jobs end, nothing is left; then services stop in an orderly way. */
export async function settle(stack: ChaosStack, watcher: JobWatcher, onStep: (text: string) => void): Promise<Settled> {
  const services = [...Object.values(stack.apis), ...Object.values(stack.workers)];
  const servers = [stack.redis, stack.mongo, ...(stack.engine.program ? [stack.engine.program] : [])];
  await Promise.all(servers.map((server) => server.start()));
  await Promise.all(services.map((service) => service.start()));

  onStep("all jobs end");
  await until(ALL_ENDED_MS, async () => {
    const unfinished = await stack.database.countUnfinished();
    onStep(`${unfinished} jobs haven't ended`);
    return unfinished === 0 ? [] : [`${unfinished} jobs haven't ended`];
  });
  await until(GONE_MS, async () => (watcher.unfinished() === 0 ? [] : ["unseen"]));
  onStep("containers and keys go");
  const whileAlive = [
    ...(await until(GONE_MS, () => uselessContainers(stack))),
    ...(await until(GONE_MS, () => keysOf(stack))),
  ];
  const reads = [await stack.database.all()];

  onStep("workers stop");
  const stopping = performance.now();
  await Promise.all(Object.values(stack.workers).map((worker) => worker.terminate()));
  const leases = (await stack.database.leases()).filter(({ leaseUntilMs }) => leaseUntilMs > Date.now());
  const containers = await until(5_000, async () => (await containersOf(stack)).map(describe));
  await sleep(Math.max(0, APART_MS - (performance.now() - stopping)));
  reads.push(await stack.database.all());
  await watcher.stop();
  await Promise.all(Object.values(stack.apis).map((api) => api.terminate()));
  reads.push(await stack.database.all());
  return {
    reads,
    leftovers: [
      ...whileAlive.map((what) => `${what}, while its workers lived`),
      ...containers.map((what) => `${what}, after its workers' end`),
      ...leases.map(({ workerId, epoch }) => `the lease of ${workerId}, epoch ${epoch}`),
    ],
  };
}

/** What is still there at the end of the time; nothing as soon as nothing is. What can't be looked at is still there. */
async function until(timeoutMs: number, look: () => Promise<string[]>): Promise<string[]> {
  let left: string[] = [];
  const gone = async () => {
    left = await look().catch((error: Error) => [`something that can't be looked at (${error.message})`]);
    if (left.length > 0) throw new Error(left.join(", "));
  };
  await waitUntil("", gone, { timeoutMs, intervalMs: 500 }).catch(() => undefined);
  return left;
}

interface FoundContainer {
  name: string;
  state: string;
  epoch: string | undefined;
}

async function containersOf({ engine, workers }: ChaosStack): Promise<FoundContainer[]> {
  const ours = new Set(Object.values(workers).map(({ id }) => id));
  const all = await engine.docker.listContainers({ all: true, filters: { label: ["lambdalite"] } });
  return all
    .filter(({ Labels }) => ours.has(Labels["lambdalite.worker"] ?? ""))
    .map(({ Names, State, Labels }) => ({ name: Names[0] ?? "", state: State, epoch: Labels["lambdalite.epoch"] }));
}

const describe = ({ name, state, epoch }: FoundContainer) => `container ${name} (${state}, epoch ${epoch})`;

/** While workers live, sandboxes that wait for a job are of use; not those of a job that ended, nor dead ones. */
async function uselessContainers(stack: ChaosStack): Promise<string[]> {
  const all = await containersOf(stack);
  const waiting = all.filter(({ name, state }) => state === "running" && !name.startsWith("/lambdalite-job-"));
  const tooMany = waiting.slice(WARM_MOST * Object.keys(stack.workers).length);
  return [...all.filter((container) => !waiting.includes(container)), ...tooMany].map(describe);
}

async function keysOf({ redis: server, installation }: ChaosStack): Promise<string[]> {
  const redis = new Redis(server.urlOf(installation.name), { maxRetriesPerRequest: 1 });
  redis.on("error", () => {}); // the rejected call says it too
  try {
    const keys = await redis.keys(`${installation.name}:*`);
    return keys.filter((key) => !isAllowedRedisKey(key)).map((key) => `key ${key}`);
  } finally {
    redis.disconnect();
  }
}
