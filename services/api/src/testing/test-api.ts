import { openTestBackplane, silentLogger } from "@lambda-lite/backplane/testing";
import type { TestBackplane } from "@lambda-lite/backplane/testing";
import type { Job } from "@lambda-lite/shared";
import { startApi } from "../api.ts";
import { readConfig } from "../config.ts";

export interface TestApi {
  /** `http://127.0.0.1:<port>` */
  url: string;
  port: number;
  /** The same database and Redis, to act as a worker and to look at what was stored. */
  backplane: TestBackplane;
  /** GETs a path and reads the answer as JSON. */
  get<T>(path: string, headers?: Record<string, string>): Promise<Answer<T>>;
  /** POSTs a submission. */
  submit(submission: unknown, headers?: Record<string, string>): Promise<Answer<Job>>;
  /** Claims a job as a worker that lives: the API's reconciler takes jobs from any other. The token is "t". */
  claim(id: string): Promise<void>;
  close(): Promise<void>;
}

export interface Answer<T> {
  status: number;
  headers: Headers;
  body: T;
}

type Environment = Record<string, string>;

/** The API as `main.ts` starts it, on a free port and a database and Redis prefix of its own. */
export async function startTestApi(
  environment: Environment | ((backplane: TestBackplane) => Environment) = {},
): Promise<TestApi> {
  const backplane = await openTestBackplane();
  const env = typeof environment === "function" ? environment(backplane) : environment;
  const config = readConfig({
    HOST: "127.0.0.1",
    PORT: "0",
    MONGO_URL: backplane.mongoUrl,
    REDIS_URL: backplane.redisUrl,
    REDIS_PREFIX: backplane.redisPrefix,
    START_PATIENCE_MS: "0",
    KEEP_ALIVE_GRACE_MS: "0",
    ...env,
  });
  const api = await startApi(config, { logger: silentLogger, webDir: undefined });
  const request = async <T>(path: string, init: RequestInit): Promise<Answer<T>> => {
    const response = await fetch(api.url + path, init);
    return { status: response.status, headers: response.headers, body: (await response.json()) as T };
  };
  return {
    url: api.url,
    port: Number(new URL(api.url).port),
    backplane,
    get: (path, headers = {}) => request(path, { headers }),
    submit: (submission, headers = {}) =>
      request("/api/jobs", {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify(submission),
      }),
    async claim(id) {
      const offer = { engineId: "e", pool: "default", runtimes: [], isolations: [], slots: 1, busy: 1 };
      const life = await backplane.workers.register(`worker-of-${id}`, offer);
      const claimed = await backplane.jobs.claim({ id, attempt: 1 }, life, "t");
      if (!claimed) throw new Error(`job ${id} could not be claimed`);
    },
    async close() {
      await api.stop();
      await deleteKeys(backplane);
      await backplane.close();
    },
  };
}

/** Empties this test's part of Redis, as an operator's FLUSHALL would. */
export async function deleteKeys({ redis, redisPrefix }: TestBackplane): Promise<number> {
  const keys = await redis.keys(`${redisPrefix}:*`);
  return keys.length === 0 ? 0 : redis.del(keys);
}
