import { join } from "node:path";

import { stateDir } from "../lib/paths.ts";
import type { Setup } from "../lib/setup.ts";
import { becomeTheOnlyRun } from "../lib/single-run.ts";
import { ensureDockerEngine } from "../servers/docker-engine.ts";
import { createImageSource } from "../servers/image-source.ts";
import { ensureMongo, startOrder } from "../servers/mongo.ts";
import { checkNamedServers } from "../servers/named-servers.ts";
import { ensureRedis } from "../servers/redis.ts";
import { ensureSandboxImage } from "../servers/sandbox-image.ts";
import type { StartArguments } from "./arguments.ts";
import { renderBanner } from "./banner.ts";
import { checkPorts } from "./ports.ts";
import type { NeededPort } from "./ports.ts";
import { waitForUrl } from "./readiness.ts";
import { apiSpec, webSpec, workerSpec } from "./services.ts";
import type { Backends } from "./services.ts";

/** Brings everything up in the order of its needs; resolves when all of it is ready. */
export async function startStack(setup: Setup, args: StartArguments): Promise<void> {
  const startedAt = performance.now();
  await becomeTheOnlyRun(setup, "npm start", "fail");
  await checkPorts(neededPorts(setup, args));
  await checkNamedServers(setup);

  const backends = await startBackends(setup);
  const { screen, supervisor, environment } = setup;
  const { ports } = environment;
  await supervisor.start(apiSpec(setup, backends));
  await supervisor.start(workerSpec(setup, backends));
  if (args.web) await supervisor.start(webSpec(setup));

  await waitForUrl(setup, "API", `http://127.0.0.1:${ports.api}/readyz`);
  await waitForUrl(setup, "Worker", `http://127.0.0.1:${ports.workerHealth}/readyz`);
  if (args.web) await waitForUrl(setup, "Page", `http://127.0.0.1:${ports.web}/`);
  const { apiKey } = environment;
  screen.line(
    renderBanner({ ports, web: args.web, ...(apiKey ? { apiKey } : {}), readyAfterMs: performance.now() - startedAt }),
  );
}

async function startBackends(setup: Setup): Promise<Backends> {
  const engine = await ensureDockerEngine(setup, join(stateDir, "docker"));
  const images = createImageSource(engine.docker);
  const { ports } = setup.environment;
  const mongoUrl = await ensureMongo(setup, {
    port: ports.mongo,
    dir: join(stateDir, "mongo"),
    database: "lambdalite",
    engine,
    images,
    order: startOrder,
  });
  const redisUrl = await ensureRedis(setup, { port: ports.redis, dir: join(stateDir, "redis"), engine, images });
  const sandboxImage = await ensureSandboxImage(setup, engine);
  return { mongoUrl, redisUrl, dockerHost: engine.host, sandboxImage };
}

function neededPorts({ environment }: Setup, args: StartArguments): NeededPort[] {
  const { ports, mongoUrl, redisUrl } = environment;
  return [
    { port: ports.api, purpose: "API", remedy: "Stop it, or choose another port with PORT." },
    {
      port: ports.workerHealth,
      purpose: "worker's health",
      remedy: "Stop it, or choose another port with HEALTH_PORT.",
    },
    ...(args.web
      ? [{ port: ports.web, purpose: "page", remedy: "Stop it, or choose another port with WEB_PORT." }]
      : []),
    ...(mongoUrl
      ? []
      : [
          {
            port: ports.mongo,
            purpose: "MongoDB",
            remedy: `To use it: MONGO_URL=mongodb://127.0.0.1:${ports.mongo}/lambdalite npm start. Or choose another port with MONGO_PORT.`,
          },
        ]),
    ...(redisUrl
      ? []
      : [
          {
            port: ports.redis,
            purpose: "Redis",
            remedy: `To use it: REDIS_URL=redis://127.0.0.1:${ports.redis} npm start. Or choose another port with REDIS_PORT.`,
          },
        ]),
  ];
}
