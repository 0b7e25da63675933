import { Redis } from "ioredis";
import type { Logger } from "pino";

/** Longest wait for a command that a request hangs on, in ms: Redis is the hurry, not the truth. */
const COMMAND_TIMEOUT_MS = 1_000;
/** Longest pause between two tries to reconnect, in ms: a returning Redis is found within seconds. */
const MAX_RECONNECT_DELAY_MS = 1_000;

const retryStrategy = (times: number) => Math.min(50 * 2 ** times, MAX_RECONNECT_DELAY_MS);

/** For commands somebody waits for: away means an error now, not a queue that grows. */
export function connectRedis(url: string, name: string, logger: Logger): Redis {
  const options = {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: COMMAND_TIMEOUT_MS,
  };
  return logTransitions(new Redis(url, { ...shared(name), ...options }), name, logger);
}

/** For subscriptions and blocking reads, which wait out an absence. */
export function connectRedisPatiently(url: string, name: string, logger: Logger): Redis {
  return logTransitions(new Redis(url, { ...shared(name), maxRetriesPerRequest: null }), name, logger);
}

/** Resolves when the connection can be used. @throws when it can't within `timeoutMs`. */
export async function waitUntilReady(redis: Redis, timeoutMs: number): Promise<void> {
  if (redis.status === "ready") return;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let cause: Error | undefined;
  const onError = (error: Error) => void (cause = error);
  const timer = setTimeout(() => reject(new Error("Redis can't be reached", { cause })), timeoutMs);
  redis.once("ready", resolve).on("error", onError);
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    redis.off("ready", resolve).off("error", onError);
  }
}

function shared(name: string) {
  return { connectionName: `lambda-lite:${name}`, retryStrategy, connectTimeout: 2_000 };
}

/** Logs that a connection was lost and came back, not each of the tries in between. */
function logTransitions(redis: Redis, connection: string, logger: Logger): Redis {
  let lost = false;
  redis.on("error", (err) => {
    if (!lost) logger.warn({ connection, err }, "Redis is away");
    lost = true;
  });
  redis.on("ready", () => {
    if (lost) logger.info({ connection }, "Redis is back");
    lost = false;
  });
  return redis;
}
