import { freePort } from "../../lib/free-port.ts";
import type { Setup } from "../../lib/setup.ts";
import { openLink } from "./link.ts";
import type { Link } from "./link.ts";
import type { Program } from "./program.ts";
import { createService } from "./service.ts";
import type { StackParts } from "./stack-parts.ts";
import type { StoreServer } from "./store-server.ts";

/** Slots of each worker. */
export const SLOTS = 4;
/** Sandboxes that a worker keeps waiting for jobs. */
export const WARM_MOST = 2;
/**
 * Connections that a worker has at hand: what it writes in a partition is on its way then, and arrives when the partition
 * ends, where a new connection would wait for its handshake.
 */
const POOL_SIZE = 12;
/** A drain is patient for three seconds, less than the longest jobs take. */
const DRAIN_MS = 18_000;

export interface Api extends Program {
  url: string;
}

export interface Worker extends Program {
  /** As Mongo and its containers' labels have it. */
  id: string;
  /** Its own ways to the stores: a partition is of one worker. */
  links: { redis: Link; mongo: Link };
}

/** What the services of one installation share. */
export interface Installation {
  /** Name of its database, and its prefix in Redis. */
  name: string;
  /** The checkout whose services are run. */
  root: string;
  servers: { redis: StoreServer; mongo: StoreServer };
  dockerHost: string;
  sandboxImage: string;
  /** Begins the ids of its workers. */
  run: string;
  parts: StackParts;
  /** Environment of every service. */
  env: Record<string, string>;
}

const commonEnv = ({ name, env }: Installation) => ({ REDIS_PREFIX: name, ...env });

export async function createApi(installation: Installation, name: string): Promise<Api> {
  const { root, parts, servers } = installation;
  const port = await freePort();
  const env = {
    ...commonEnv(installation),
    MONGO_URL: servers.mongo.urlOf(installation.name),
    REDIS_URL: servers.redis.urlOf(installation.name),
    HOST: "127.0.0.1",
    PORT: String(port),
  };
  return { ...createService({ kind: "api", name, root, env, parts }), url: `http://127.0.0.1:${port}` };
}

export async function createWorker(setup: Setup, installation: Installation, name: string): Promise<Worker> {
  const { root, parts, servers, run } = installation;
  const links = { redis: await openLink(servers.redis.port), mongo: await openLink(servers.mongo.port) };
  setup.supervisor.defer(`${name}'s links`, async () => {
    await Promise.all([links.redis.close(), links.mongo.close()]);
  });
  const env = {
    ...commonEnv(installation),
    MONGO_URL: `${servers.mongo.urlOf(installation.name, links.mongo.port)}&minPoolSize=${POOL_SIZE}`,
    REDIS_URL: servers.redis.urlOf(installation.name, links.redis.port),
    DOCKER_HOST: installation.dockerHost,
    SANDBOX_IMAGE: installation.sandboxImage,
    WORKER_ID: `${run}-${name}`,
    HEALTH_PORT: "0",
    WORKER_CONCURRENCY: String(SLOTS),
    WORKER_RATE_LIMIT_MAX: "5",
    WARM_POOL_MAX: String(WARM_MOST),
    SHUTDOWN_GRACE_MS: String(DRAIN_MS),
  };
  return { ...createService({ kind: "worker", name, root, env, parts }), id: env.WORKER_ID, links };
}
