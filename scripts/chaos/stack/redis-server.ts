import { findProgram } from "../../lib/find-program.ts";
import { freePort } from "../../lib/free-port.ts";
import { climb } from "../../lib/ladder.ts";
import type { Setup } from "../../lib/setup.ts";
import { SetupError } from "../../lib/setup-error.ts";
import { waitUntil } from "../../lib/wait-until.ts";
import { pingRedis } from "../../servers/redis-connection.ts";
import { installRedis, redisArguments } from "../../servers/redis.ts";
import { createStoreServer } from "./store-server.ts";
import type { StoreServer } from "./store-server.ts";
import type { StackParts } from "./stack-parts.ts";
import { createSmallDisk } from "./small-disk.ts";

/** Room for the append-only file of a run and its rewriting. */
const DISK_MIB = 192;

/** A Redis that the harness may kill: a program, never somebody's server. */
export async function createRedis(setup: Setup, parts: StackParts): Promise<StoreServer> {
  const choice = await climb<string>([
    { name: "redis-server", find: async () => findProgram("redis-server") },
    { name: "apt", find: () => installRedis(setup) },
  ]);
  if (!choice) throw new SetupError("Redis 6.2 or newer is missing.");
  const port = await freePort();
  const urlOf = (_installation: string, through: number) => `redis://127.0.0.1:${through}`;
  const disk = await createSmallDisk(parts.dirOf("redis"), DISK_MIB);
  setup.supervisor.defer("redis' disk", disk.remove);
  return createStoreServer(
    {
      ...parts.common,
      name: "redis",
      port,
      urlOf,
      disk,
      command: (dataDir) => [choice.found, "--bind", "127.0.0.1", "--port", String(port), ...redisArguments(dataDir)],
      startMs: 30_000,
      graceMs: 10_000,
      ready: () => waitUntil("Redis", () => pingRedis(urlOf("", port)), { timeoutMs: 30_000, intervalMs: 50 }),
    },
    parts.onIncident,
  );
}
