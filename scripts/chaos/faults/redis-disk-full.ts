import type { Fault } from "../fault.ts";
import { untilUp } from "./programs.ts";

/** Redis can't write its append-only file, and refuses every write (MISCONF). */
export const redisDiskFull: Fault = {
  kind: "redis-disk-full",
  targets: ["redis"],
  share: 1,
  durationMs: [5_000, 15_000],
  recoveryMs: 5_000,
  problem: ({ redis }) => redis.disk.problem,
  async inject({ stack, hit }) {
    await stack.redis.disk.fill();
    hit("disk full");
    return async () => {
      await stack.redis.disk.free();
      await untilUp(stack.redis);
    };
  },
};
