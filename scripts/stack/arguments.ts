import { parseArgs } from "node:util";

import { SetupError } from "../lib/setup-error.ts";

export interface StartArguments {
  help: boolean;
  web: boolean;
}

/** @throws SetupError for anything it doesn't know. */
export function parseStartArguments(args: string[]): StartArguments {
  try {
    const { values } = parseArgs({
      args,
      options: { help: { type: "boolean", short: "h" }, web: { type: "boolean" } },
      allowNegative: true,
      strict: true,
    });
    return { help: values.help ?? false, web: values.web ?? true };
  } catch (error) {
    throw new SetupError(`${(error as Error).message.split(". ")[0]}. See: npm start -- --help`, { cause: error });
  }
}

export const startUsage = `Usage: npm start [-- --no-web]

Starts Lambda-Lite on this machine: MongoDB, Redis, the Docker engine where none runs, API, worker and page.
Installs what is missing, and stops everything that it started on Ctrl-C. Data stays in .lambda-lite/.

Flags
  --no-web            without the page's development server
  -h, --help          this text

Servers that run already (named ones are used, or are an error)
  MONGO_URL           MongoDB 7 or newer, e.g. mongodb://127.0.0.1:27017/lambdalite
  REDIS_URL           Redis 6.2 or newer, e.g. redis://127.0.0.1:6379
  DOCKER_HOST         a Docker engine, e.g. unix:///var/run/docker.sock
  LAMBDALITE_MONGOD   a mongod, or a stand-in (secantusd-rs), to start

Ports on 127.0.0.1
  PORT                API (8000)                 MONGO_PORT  MongoDB (27017)
  WEB_PORT            page (5173)                REDIS_PORT  Redis (6379)
  HEALTH_PORT         worker's health (8081)

Further
  API_KEY             ask for it on every request (Authorization: Bearer)
  HOST                address of the API (127.0.0.1); any other needs API_KEY
  LOG_LEVEL           trace, debug, info, warn, error (info)
  XDG_CACHE_HOME      where tools are kept between checkouts (~/.cache)
  NO_COLOR            without colours
Every other variable reaches the services; their config.ts files explain them.
`;
