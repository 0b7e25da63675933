import { SetupError } from "./setup-error.ts";

/** What the two commands read from the environment. A server that is named here is used or is an error, never replaced. */
export interface Environment {
  mongoUrl?: string;
  redisUrl?: string;
  dockerHost?: string;
  /** A `mongod`, or a stand-in that speaks its protocol (`secantusd-rs`). */
  mongoProgram?: string;
  apiKey?: string;
  logLevel: string;
  ports: Ports;
}

export interface Ports {
  api: number;
  web: number;
  workerHealth: number;
  mongo: number;
  redis: number;
}

/** @throws SetupError naming the variable that is wrong. */
export function readEnvironment(env: NodeJS.ProcessEnv): Environment {
  return {
    ...named("mongoUrl", env["MONGO_URL"]),
    ...named("redisUrl", env["REDIS_URL"]),
    ...named("dockerHost", env["DOCKER_HOST"]),
    ...named("mongoProgram", env["LAMBDALITE_MONGOD"]),
    ...named("apiKey", env["API_KEY"]),
    logLevel: env["LOG_LEVEL"] || "info",
    ports: {
      api: readPort(env, "PORT", 8000),
      web: readPort(env, "WEB_PORT", 5173),
      workerHealth: readPort(env, "HEALTH_PORT", 8081),
      mongo: readPort(env, "MONGO_PORT", 27017),
      redis: readPort(env, "REDIS_PORT", 6379),
    },
  };
}

/** An empty variable counts as unset. */
function named<K extends string>(key: K, value: string | undefined): { [P in K]?: string } {
  return value ? ({ [key]: value } as { [P in K]: string }) : {};
}

function readPort(env: NodeJS.ProcessEnv, name: string, usual: number): number {
  const text = env[name];
  if (!text) return usual;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new SetupError(`${name}=${text} is not a port (1 to 65535).`);
  return port;
}
