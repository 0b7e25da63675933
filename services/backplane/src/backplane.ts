import { DEFAULT_REDIS_PREFIX, FAULT_BUDGET } from "@lambda-lite/shared";
import type { Logger } from "pino";
import { createJobLifecycle } from "./domain/job-lifecycle.ts";
import type { JobLifecycle } from "./domain/job-lifecycle.ts";
import { connectMongo } from "./mongo/connection.ts";
import { readInstallationId } from "./mongo/installation.ts";
import { jobModel } from "./mongo/job-model.ts";
import { createJobStore } from "./mongo/job-store.ts";
import { createLeaderLease } from "./mongo/leader-lease.ts";
import { createPoolRegistry } from "./mongo/pool-registry.ts";
import { createStoreGuard } from "./mongo/store-guard.ts";
import { workerModel } from "./mongo/worker-model.ts";
import { createWorkerRegistry } from "./mongo/worker-registry.ts";
import type {
  CancelSignals,
  JobConsumer,
  JobEvents,
  JobLogs,
  JobQueue,
  LeaderLease,
  PoolRegistry,
  Random,
  WorkerRegistry,
} from "./ports/index.ts";
import { systemClock, systemRandom } from "./ports/index.ts";
import { createJobConsumer } from "./queue/job-consumer.ts";
import { createJobQueue } from "./queue/job-queue.ts";
import { createCancelSignals } from "./redis/cancel-signals.ts";
import { connectRedis, connectRedisPatiently, waitUntilReady } from "./redis/connection.ts";
import { createJobEvents } from "./redis/job-events.ts";
import { createJobLogs } from "./redis/job-logs.ts";
import { createSubscriptions } from "./redis/subscriptions.ts";
import { createReleaseStack } from "./release-stack.ts";

export interface BackplaneOptions {
  mongoUrl: string;
  redisUrl: string;
  /** Prefix of every key and channel in Redis. */
  redisPrefix?: string;
  logger: Logger;
  random?: Random;
  /** Faults of the platform after which a job is given up (default 5). */
  faultBudget?: number;
  /**
   * How long each of Mongo and Redis may take to be there at the start, in ms (default: it is to be there now). Later
   * absences are waited out.
   */
  startPatienceMs?: number;
}

/** A Redis that is there is ready within this, in ms. */
const REDIS_CONNECT_MS = 2_000;

/** Everything that a service needs of Mongo and Redis, behind ports. */
export interface Backplane {
  jobs: JobLifecycle;
  queue: JobQueue;
  events: JobEvents;
  cancels: CancelSignals;
  logs: JobLogs;
  workers: WorkerRegistry;
  pools: PoolRegistry;
  leaderLease: LeaderLease;
  /** Same for all processes on this database, another for every other database. */
  installationId: string;
  /** Opens this process's end of a pool's queue. */
  openConsumer(pool: string): JobConsumer;
  /** @throws AppError `STORE_UNAVAILABLE` when Mongo doesn't answer. */
  pingStore(): Promise<void>;
  /** Waits for the hurry under way, then closes every connection. */
  close(): Promise<void>;
}

/**
 * Connects to Mongo and Redis and makes the indexes.
 * @throws AppError `STORE_UNAVAILABLE`, or an Error naming Redis, when one can't be reached at start.
 */
export async function openBackplane(options: BackplaneOptions): Promise<Backplane> {
  const { mongoUrl, redisUrl, logger } = options;
  const prefix = options.redisPrefix ?? DEFAULT_REDIS_PREFIX;
  const random = options.random ?? systemRandom;
  const patienceMs = options.startPatienceMs ?? 0;

  const release = createReleaseStack();

  try {
    const { guard, noteAlive } = createStoreGuard(systemClock);
    const mongo = await connectMongo(mongoUrl, { patienceMs, onAlive: noteAlive, logger });
    release.push(() => mongo.close());
    const jobDocuments = jobModel(mongo);
    const workerDocuments = workerModel(mongo);
    await Promise.all([jobDocuments.createIndexes(), workerDocuments.createIndexes()]);
    const installationId = await readInstallationId(mongo, random);

    const redis = connectRedis(redisUrl, "commands", logger);
    release.push(() => redis.disconnect());
    await waitUntilReady(redis, Math.max(patienceMs, REDIS_CONNECT_MS));

    const queue = createJobQueue({ redis, prefix, logger });
    release.push(() => queue.close());
    const subscriptions = createSubscriptions(() => connectRedisPatiently(redisUrl, "events", logger), logger);
    release.push(subscriptions.close);
    const events = createJobEvents({ publisher: redis, subscriptions, prefix, logger });
    const cancels = createCancelSignals({ publisher: redis, subscriptions, prefix });
    const store = createJobStore({
      jobs: jobDocuments,
      workers: workerDocuments,
      guard,
      faultBudget: options.faultBudget ?? FAULT_BUDGET,
    });
    const jobs = createJobLifecycle({ store, queue, events, cancels, logger });
    release.push(() => jobs.settle());

    return {
      jobs,
      queue,
      events,
      cancels,
      logs: createJobLogs({ redis, subscriptions, prefix }),
      workers: createWorkerRegistry(workerDocuments, guard),
      pools: createPoolRegistry(mongo, workerDocuments, guard),
      leaderLease: createLeaderLease(mongo, guard),
      installationId,
      openConsumer(pool) {
        const connection = connectRedisPatiently(redisUrl, "consumer", logger);
        release.push(() => connection.disconnect());
        return createJobConsumer({ redis: connection, prefix, pool, random, logger });
      },
      pingStore: () => guard(async () => void (await mongo.db?.admin().ping())),
      close: release.run,
    };
  } catch (error) {
    await release.run();
    throw error;
  }
}
