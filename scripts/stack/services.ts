import { join } from "node:path";

import type { ProcessSpec } from "../lib/managed-process.ts";
import { root } from "../lib/paths.ts";
import type { Setup } from "../lib/setup.ts";

/** Where the servers are that the services work with. */
export interface Backends {
  mongoUrl: string;
  redisUrl: string;
  dockerHost: string;
  sandboxImage: string;
}

/** A job may run for 300 s; whoever presses Ctrl-C in development doesn't wait for it. Such a job runs again. */
const workerGraceMs = 8_000;

export function apiSpec(setup: Setup, { mongoUrl, redisUrl }: Backends): ProcessSpec {
  return serviceSpec(setup, "api", {
    HOST: setup.processEnv["HOST"] || "127.0.0.1",
    PORT: String(setup.environment.ports.api),
    MONGO_URL: mongoUrl,
    REDIS_URL: redisUrl,
  });
}

export function workerSpec(setup: Setup, { mongoUrl, redisUrl, dockerHost, sandboxImage }: Backends): ProcessSpec {
  return serviceSpec(setup, "worker", {
    MONGO_URL: mongoUrl,
    REDIS_URL: redisUrl,
    DOCKER_HOST: dockerHost,
    SANDBOX_IMAGE: sandboxImage,
    HEALTH_PORT: String(setup.environment.ports.workerHealth),
    SHUTDOWN_GRACE_MS: setup.processEnv["SHUTDOWN_GRACE_MS"] || String(workerGraceMs),
  });
}

export function webSpec(setup: Setup): ProcessSpec {
  const { api, web } = setup.environment.ports;
  const vite = join(root, "node_modules", "vite", "bin", "vite.js");
  return {
    name: "web",
    command: process.execPath,
    args: [vite, "--host", "127.0.0.1", "--port", String(web), "--strictPort", "--clearScreen", "false"],
    cwd: join(root, "web"),
    env: { ...setup.processEnv, LAMBDALITE_API_URL: `http://127.0.0.1:${api}` },
    graceMs: 5_000,
    shows: (line) => line.trim() !== "",
  };
}

function serviceSpec(setup: Setup, name: string, env: Record<string, string>): ProcessSpec {
  return {
    name,
    command: process.execPath,
    // Runs the sources of every package, so nothing has to be built first.
    args: ["--conditions=@lambda-lite/source", join("services", name, "src", "main.ts")],
    cwd: root,
    env: { ...setup.processEnv, LOG_LEVEL: setup.environment.logLevel, ...env },
    graceMs: workerGraceMs + 5_000,
    shows: (line) => line.trim() !== "",
  };
}
