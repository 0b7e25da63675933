import { dropDatabase, testServers, uniqueNames, withDatabase } from "@lambda-lite/backplane/testing";
import { isTerminal } from "@lambda-lite/shared";
import type { Job, JobSubmission } from "@lambda-lite/shared";
import Docker from "dockerode";
import { Redis } from "ioredis";

import { isAllowedRedisKey } from "../lib/leak-check.ts";
import { waitUntil } from "../lib/wait-until.ts";
import { startService } from "../lib/service-process.ts";
import type { ServiceProcess } from "../lib/service-process.ts";

/** An installation of its own on the real test servers: an API and workers as processes. */
export interface TestStack {
  /** Where the API listens. */
  url: string;
  mongoUrl: string;
  redisUrl: string;
  redisPrefix: string;
  api: ServiceProcess;
  workers: ServiceProcess[];
  startWorker(env?: Record<string, string>): Promise<ServiceProcess>;
  submit(submission: JobSubmission): Promise<Job>;
  job(id: string): Promise<Job>;
  /** The job once it has ended. */
  finished(id: string, timeoutMs?: number): Promise<Job>;
  /** Containers of this stack's jobs, running or not; sandboxes that wait for a job are none of them. */
  containers(): Promise<Docker.ContainerInfo[]>;
  /** Resolves when no container is left. */
  noContainers(timeoutMs?: number): Promise<void>;
  /**
   * Resolves when nothing of a job is left in the queue. A worker that was killed leaves its entries behind, and a
   * living one takes them over up to a minute later, long after the jobs themselves.
   */
  noQueueEntries(): Promise<void>;
  /** Stops everything and drops the database. @throws Error when a process didn't end cleanly. */
  close(): Promise<void>;
}

export interface TestStackOptions {
  workers?: number;
  /** Environment of every worker. */
  workerEnv?: Record<string, string>;
  apiEnv?: Record<string, string>;
  /** Another engine than the tests' own, and its sandbox image. */
  dockerHost?: string;
  sandboxImage?: string;
  /** Another way to the Mongo server. */
  mongoServer?: string;
  /** Another Redis server, which only this stack uses. */
  redisServer?: string;
  /** Number of the Redis database; only a test that empties one needs its own. */
  redisDatabase?: number;
}

export async function startTestStack(options: TestStackOptions = {}): Promise<TestStack> {
  const servers = testServers();
  const { database, redisPrefix } = uniqueNames();
  const mongoUrl = withDatabase(options.mongoServer ?? servers.mongoUrl, database);
  const redisServer = (options.redisServer ?? servers.redisUrl).replace(/\/\d*$/, "");
  const redisUrl = new URL(String(options.redisDatabase ?? 0), `${redisServer}/`).href;
  const { dockerHost = servers.dockerHost, sandboxImage = servers.sandboxImage } = options;
  const docker = new Docker({ socketPath: new URL(dockerHost).pathname });
  const common = { MONGO_URL: mongoUrl, REDIS_URL: redisUrl, REDIS_PREFIX: redisPrefix };
  const workers: ServiceProcess[] = [];

  const api = await startService("api", "API is up", {
    ...common,
    HOST: "127.0.0.1",
    PORT: "0",
    KEEP_ALIVE_GRACE_MS: "0",
    ...options.apiEnv,
  });
  const url = String(api.up["url"]);

  async function startWorker(env: Record<string, string> = {}): Promise<ServiceProcess> {
    const worker = await startService("worker", "worker is up", {
      ...common,
      WORKER_ID: `${redisPrefix}-${workers.length}`,
      HEALTH_PORT: "0",
      DOCKER_HOST: dockerHost,
      SANDBOX_IMAGE: sandboxImage,
      ...options.workerEnv,
      ...env,
    });
    workers.push(worker);
    return worker;
  }

  async function request(path: string, init?: RequestInit): Promise<Job> {
    const response = await fetch(`${url}${path}`, init);
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as Job;
  }
  const job = (id: string) => request(`/api/jobs/${id}`);

  async function containers() {
    const all = await docker.listContainers({ all: true, filters: { label: ["lambdalite=sandbox"] } });
    const own = all.filter(({ Labels }) => Labels["lambdalite.worker"]?.startsWith(`${redisPrefix}-`));
    return own.filter(({ Names }) => Names.some((name) => name.startsWith("/lambdalite-job-")));
  }

  const stack: TestStack = {
    url,
    mongoUrl,
    redisUrl,
    redisPrefix,
    api,
    workers,
    startWorker,
    submit: (submission) =>
      request("/api/jobs", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(submission),
      }),
    job,
    finished: (id, timeoutMs = 30_000) =>
      waitUntil(
        `job ${id} ends`,
        async () => {
          const current = await job(id);
          if (!isTerminal(current.status)) throw new Error(`it is ${current.status}`);
          return current;
        },
        { timeoutMs, intervalMs: 50 },
      ),
    containers,
    noContainers: (timeoutMs = 10_000) =>
      waitUntil(
        "all containers are gone",
        async () => {
          const left = await containers();
          if (left.length > 0) throw new Error(left.map(({ Names }) => Names[0]).join(", "));
        },
        { timeoutMs },
      ),
    async noQueueEntries() {
      const redis = new Redis(redisUrl);
      await waitUntil(
        "the queue is empty",
        async () => {
          const left = (await redis.keys(`${redisPrefix}:jobs:*`)).filter((key) => !isAllowedRedisKey(key));
          if (left.length > 0) throw new Error(left.join(", "));
        },
        { timeoutMs: 75_000 },
      ).finally(() => redis.disconnect());
    },
    async close() {
      const codes = await Promise.all([...workers, api].map((service) => service.terminate()));
      await dropDatabase(mongoUrl);
      // null: it was killed by the test itself.
      const unclean = codes.findIndex((code) => code !== 0 && code !== null);
      if (unclean === -1) return;
      const { lines } = [...workers, api][unclean] as ServiceProcess;
      throw new Error(`a service ended with code ${codes[unclean]}:\n${lines.join("\n")}`);
    },
  };
  try {
    for (let n = 0; n < (options.workers ?? 1); n += 1) await startWorker();
    return stack;
  } catch (error) {
    await stack.close().catch(() => undefined);
    throw error;
  }
}
