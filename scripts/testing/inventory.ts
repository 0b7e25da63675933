import type Docker from "dockerode";
import { Redis } from "ioredis";

import type { Inventory } from "../lib/leak-check.ts";
import { commandOf } from "../lib/process-identity.ts";
import { withMongo } from "../servers/mongo-connection.ts";
import { findMarked } from "./test-processes.ts";

export interface InventorySources {
  docker: Docker;
  redisUrl: string;
  mongoUrl: string;
  runId: string;
}

export async function takeInventory({ docker, redisUrl, mongoUrl, runId }: InventorySources): Promise<Inventory> {
  const [containers, redisKeys, databases, processes] = await Promise.all([
    listContainers(docker),
    listRedisKeys(redisUrl),
    listDatabases(mongoUrl),
    listProcesses(runId),
  ]);
  return { containers, redisKeys, databases, processes };
}

async function listContainers(docker: Docker): Promise<string[]> {
  const containers = await docker.listContainers({ all: true, filters: { label: ["lambdalite"] } });
  return containers.map(({ Id, Names, State }) => `${Names[0] ?? ""} (${Id.slice(0, 12)}, ${State})`);
}

/** Of every numbered database; `db1 key` where it isn't the first. */
async function listRedisKeys(url: string): Promise<string[]> {
  const redis = new Redis(url, { maxRetriesPerRequest: 1 });
  redis.on("error", () => {}); // the rejected call says it too
  try {
    const keys: string[] = [];
    for (const [, number] of (await redis.info("keyspace")).matchAll(/^db(\d+):/gm)) {
      await redis.select(Number(number));
      const prefix = number === "0" ? "" : `db${number} `;
      keys.push(...(await scanAll(redis)).map((key) => prefix + key));
    }
    return keys.sort();
  } finally {
    redis.disconnect();
  }
}

async function scanAll(redis: Redis): Promise<string[]> {
  const keys = new Set<string>(); // SCAN may name a key twice
  for await (const batch of redis.scanStream({ count: 1_000 })) for (const key of batch as string[]) keys.add(key);
  return [...keys];
}

function listDatabases(url: string): Promise<string[]> {
  return withMongo(url, async (client) => {
    const { databases } = await client.db("admin").admin().listDatabases({ nameOnly: true });
    return databases.map(({ name }) => name);
  });
}

async function listProcesses(runId: string): Promise<string[]> {
  const pids = await findMarked(runId);
  return Promise.all(pids.map(async (pid) => `${pid} ${await commandOf(pid)}`));
}
