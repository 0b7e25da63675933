import type { Setup } from "../lib/setup.ts";
import { SetupError } from "../lib/setup-error.ts";
import { withoutPassword } from "../lib/shown-url.ts";
import { pingMongo } from "./mongo-connection.ts";
import { pingRedis } from "./redis-connection.ts";

/**
 * A server that a person named is used or is an error; nothing is installed or started before that is clear.
 * DOCKER_HOST isn't among them, because the engine comes first anyway.
 */
export async function checkNamedServers({ environment }: Setup): Promise<void> {
  const { mongoUrl, redisUrl } = environment;
  if (mongoUrl) await mustAnswer("MONGO_URL", mongoUrl, pingMongo);
  if (redisUrl) await mustAnswer("REDIS_URL", redisUrl, pingRedis);
}

async function mustAnswer(variable: string, url: string, ping: (url: string) => Promise<void>): Promise<void> {
  await ping(url).catch((error: Error) => {
    throw new SetupError(
      `${variable}=${withoutPassword(url)} can't be used (${error.message}). Start that server, or unset ${variable}.`,
    );
  });
}
