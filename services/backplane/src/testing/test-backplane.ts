import { DEFAULT_LIMITS } from "@lambda-lite/shared";
import mongoose from "mongoose";
import { pino } from "pino";
import { openBackplane } from "../backplane.ts";
import type { Backplane } from "../backplane.ts";
import { connectRedis, waitUntilReady } from "../redis/connection.ts";
import type { Redis } from "ioredis";
import type { NewJob } from "../ports/index.ts";
import { systemRandom } from "../ports/index.ts";
import { testServers, uniqueNames, withDatabase } from "./test-servers.ts";

export interface TestBackplane extends Backplane {
  mongoUrl: string;
  redisUrl: string;
  redisPrefix: string;
  /** The raw database and Redis, to look at from outside. */
  mongo: mongoose.Connection;
  redis: Redis;
}

export const silentLogger = pino({ level: "silent" });

/**
 * A backplane of its own on the real test servers; `close` drops its database and its keys. These tests leave jobs
 * where they want them; that jobs which ran leave nothing is for the system tests to show, which clean up nothing.
 */
export async function openTestBackplane(): Promise<TestBackplane> {
  const servers = testServers();
  const { database, redisPrefix } = uniqueNames();
  const mongoUrl = withDatabase(servers.mongoUrl, database);
  const { redisUrl } = servers;
  const backplane = await openBackplane({ mongoUrl, redisUrl, redisPrefix, logger: silentLogger });
  const mongo = await mongoose.createConnection(mongoUrl).asPromise();
  const redis = connectRedis(redisUrl, "test", silentLogger);
  await waitUntilReady(redis, 5_000);
  return {
    ...backplane,
    mongoUrl,
    redisUrl,
    redisPrefix,
    mongo,
    redis,
    async close() {
      await backplane.close();
      await mongo.dropDatabase();
      await mongo.close();
      const keys = await redis.keys(`${redisPrefix}:*`);
      if (keys.length > 0) await redis.unlink(keys);
      redis.disconnect();
    },
  };
}

/** Drops a test's database; for tests whose processes opened it themselves. */
export async function dropDatabase(mongoUrl: string): Promise<void> {
  const mongo = await mongoose.createConnection(mongoUrl).asPromise();
  await mongo.dropDatabase();
  await mongo.close();
}

/** A job's id as the raw database has it. */
export const documentId = (id: string) => new mongoose.Types.ObjectId(id);

/** A job that adds two numbers; override what the test is about. */
export function newJob(overrides: Partial<NewJob> = {}): NewJob {
  return {
    id: systemRandom.hex(12),
    owner: "local",
    pool: "default",
    priority: 4,
    code: "function main(a, b) { return a + b; }",
    args: [2, 3],
    limits: { ...DEFAULT_LIMITS },
    ...overrides,
  };
}
