import { Redis } from "ioredis";

/** The oldest that has what BullMQ needs. */
const oldestVersion = [6, 2] as const;

/** Resolves when it answers and is recent enough. */
export async function pingRedis(url: string): Promise<void> {
  const redis = new Redis(url, {
    lazyConnect: true,
    retryStrategy: () => null,
    connectTimeout: 3_000,
    maxRetriesPerRequest: 0,
  });
  let reason: Error | undefined; // the rejected call only says that the connection is closed
  redis.on("error", (error) => (reason = error));
  try {
    await redis.connect().catch((error: Error) => Promise.reject(reason ?? error));
    const version = /redis_version:(\d+)\.(\d+)/.exec(await redis.info("server"));
    if (version && !isRecentEnough(Number(version[1]), Number(version[2])))
      throw new Error(`it is Redis ${version[1]}.${version[2]}; 6.2 is needed`);
  } finally {
    redis.disconnect();
  }
}

export function isRecentEnough(major: number, minor: number): boolean {
  return major > oldestVersion[0] || (major === oldestVersion[0] && minor >= oldestVersion[1]);
}
