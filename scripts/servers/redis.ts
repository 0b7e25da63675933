import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import { findProgram } from "../lib/find-program.ts";
import { climb } from "../lib/ladder.ts";
import { runCommand } from "../lib/run-command.ts";
import type { Setup } from "../lib/setup.ts";
import { SetupError } from "../lib/setup-error.ts";
import { waitUntil } from "../lib/wait-until.ts";
import { installPackages } from "./apt.ts";
import type { DockerEngine } from "./docker-engine.ts";
import type { ImageSource } from "./image-source.ts";
import { pingRedis } from "./redis-connection.ts";
import { rememberChoiceIn } from "./remembered-choice.ts";
import { startServerContainer } from "./server-container.ts";

export interface RedisOptions {
  port: number;
  dir: string;
  engine: DockerEngine;
  images: ImageSource;
}

const image = "redis:7";

/** The ladder: REDIS_URL (checked already), the official image, redis-server on the PATH, Debian's package. */
export async function ensureRedis(setup: Setup, options: RedisOptions): Promise<string> {
  return setup.screen.step("Redis", async (step) => {
    const { redisUrl } = setup.environment;
    if (redisUrl) {
      step.note("REDIS_URL");
      return redisUrl;
    }
    const remembered = rememberChoiceIn(options.dir);
    const choice = await climb<() => Promise<void>>(
      [
        {
          name: "image",
          find: async () => ((await options.images.has(image, step)) ? () => runImage(setup, options) : undefined),
        },
        { name: "redis-server", find: async () => startProgram(setup, options, findProgram("redis-server")) },
        { name: "apt", find: async () => startProgram(setup, options, await installRedis(setup)) },
      ],
      await remembered.read(),
    );
    if (!choice) throw new SetupError("Redis 6.2 or newer is missing.");
    await mkdir(join(options.dir, "data"), { recursive: true });
    await choice.found();
    const url = `redis://127.0.0.1:${options.port}`;
    await setup.supervisor.whileAlive(
      waitUntil("Redis", () => pingRedis(url), { timeoutMs: 60_000, signal: setup.stop.signal }),
    );
    const name = choice.name === "apt" ? "redis-server" : choice.name;
    await remembered.write(name);
    step.note(`${name === "image" ? image : name}, ${url}`);
    return url;
  });

  function runImage(own: Setup, { engine, port, dir }: RedisOptions): Promise<void> {
    const command = ["redis-server", ...redisArguments("/data")];
    return startServerContainer(own, engine, {
      name: "redis",
      image,
      command,
      imagePort: 6379,
      portFlag: "--port",
      port,
      dataDir: join(dir, "data"),
      imageDataDir: "/data",
    });
  }
}

function startProgram(
  setup: Setup,
  { port, dir }: RedisOptions,
  program: string | undefined,
): (() => Promise<void>) | undefined {
  if (!program) return undefined;
  const data = join(dir, "data");
  return async () => {
    await setup.supervisor.start({
      name: "redis",
      command: program,
      args: ["--bind", "127.0.0.1", "--port", String(port), ...redisArguments(data)],
      cwd: data,
      env: setup.processEnv,
      graceMs: 10_000,
      // "PID:M date # text" is Redis' warning; two of them are about the kernel's settings, which aren't ours.
      shows: (line) =>
        / # /.test(line) &&
        !/overcommit|Transparent|oO0|Server initialized|ready to exit|User requested|Redis version|Configuration loaded/i.test(
          line,
        ),
    });
  };
}

/** AOF, because a queue that forgets on a crash makes the reconciler work; never evict, because no key is a mere cache. */
export function redisArguments(dataDir: string): string[] {
  return [
    "--dir",
    dataDir,
    "--appendonly",
    "yes",
    "--appendfsync",
    "everysec",
    "--maxmemory-policy",
    "noeviction",
    "--save",
    "",
  ];
}

export async function installRedis(setup: Setup): Promise<string | undefined> {
  await installPackages(setup, ["redis-server"], "Redis 6.2 or newer", {
    startsServices: false,
  });
  // Otherwise the package's service would take the port at the next boot.
  if (findProgram("systemctl")) {
    await setup.screen.step("Leaving Redis' own service off", (step) =>
      runCommand(step, "systemctl", ["disable", "redis-server"]).catch(() => {}),
    );
  }
  return findProgram("redis-server");
}
