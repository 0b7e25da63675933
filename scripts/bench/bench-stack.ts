import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";

import type Docker from "dockerode";

import { startService } from "../lib/service-process.ts";
import type { ServiceProcess } from "../lib/service-process.ts";
import { freePort } from "../lib/free-port.ts";
import { root, stateDir } from "../lib/paths.ts";
import { runCommand } from "../lib/run-command.ts";
import type { Setup } from "../lib/setup.ts";
import { becomeTheOnlyRun } from "../lib/single-run.ts";
import { ensureDockerEngine } from "../servers/docker-engine.ts";
import { createImageSource } from "../servers/image-source.ts";
import { ensureMongo, startOrder } from "../servers/mongo.ts";
import { ensureRedis } from "../servers/redis.ts";
import { ensureSandboxImage } from "../servers/sandbox-image.ts";

/** One API and one worker, as the images have them. */
export interface BenchStack {
  docker: Docker;
  dockerHost: string;
  sandboxImage: string;
  url: string;
  apiPid: number;
  redisUrl: string;
  /** Ends the worker, and starts one with this environment. Resolves when that is ready. */
  restartWorker(env: Record<string, string>): Promise<WorkerUnderTest>;
  stopWorker(): Promise<void>;
}

export interface WorkerUnderTest {
  pid: number;
  /** Sandboxes that wait for a job. */
  warm(): Promise<number>;
}

export async function startStack(setup: Setup): Promise<BenchStack> {
  await becomeTheOnlyRun(setup, "npm run bench", "fail");
  const dir = join(stateDir, "bench-data");
  await rm(dir, { recursive: true, force: true });
  await mkdir(dir, { recursive: true });
  setup.supervisor.defer("bench data", () => rm(dir, { recursive: true, force: true }));
  const engine = await ensureDockerEngine(setup, join(stateDir, "bench-docker"), { offersCrun: true });
  const images = createImageSource(engine.docker);
  const mongoUrl = await ensureMongo(setup, {
    port: await freePort(),
    dir: join(dir, "mongo"),
    database: "bench",
    engine,
    images,
    order: startOrder,
  });
  const redisUrl = await ensureRedis(setup, { port: await freePort(), dir: join(dir, "redis"), engine, images });
  const sandboxImage = await ensureSandboxImage(setup, engine);
  const common = { MONGO_URL: mongoUrl, REDIS_URL: redisUrl };

  await setup.screen.step("Building the services", (step) =>
    runCommand(step, join(root, "node_modules", ".bin", "tsc"), ["-b", "services/api", "services/worker"], {
      cwd: root,
      signal: setup.stop.signal,
    }),
  );
  const apiEnv = { ...common, HOST: "127.0.0.1", PORT: "0", KEEP_ALIVE_GRACE_MS: "0" };
  const api = await startService("api", "API is up", apiEnv, "built");
  setup.supervisor.defer("api", async () => void (await api.terminate()));
  let worker: ServiceProcess | undefined;
  setup.supervisor.defer("worker", async () => void (await worker?.terminate()));

  return {
    docker: engine.docker,
    dockerHost: engine.host,
    sandboxImage,
    url: String(api.up["url"]),
    apiPid: api.pid,
    redisUrl,
    stopWorker: async () => void (await worker?.terminate()),
    async restartWorker(env) {
      await worker?.terminate();
      const workerEnv = {
        ...common,
        WORKER_ID: `${setup.instance}-worker`,
        HEALTH_PORT: "0",
        DOCKER_HOST: engine.host,
        SANDBOX_IMAGE: sandboxImage,
        ...env,
      };
      worker = await startService("worker", "worker is up", workerEnv, "built");
      const metrics = `http://127.0.0.1:${String(worker.up["healthPort"])}/metrics`;
      return {
        pid: worker.pid,
        async warm() {
          const text = await (await fetch(metrics)).text();
          return Number(/^lambdalite_warm_sandboxes (\d+)$/m.exec(text)?.[1] ?? 0);
        },
      };
    },
  };
}
