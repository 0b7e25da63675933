import type { Fault } from "../fault.ts";
import { workerNames } from "../stack/parts.ts";
import { workerOf } from "./programs.ts";

/** Nothing passes between one worker and Redis, perhaps for longer than BullMQ's locks. */
export const partitionRedis: Fault = {
  kind: "partition-redis",
  targets: workerNames,
  share: 2,
  durationMs: [5_000, 30_000],
  recoveryMs: 4_000,
  async inject(scene) {
    const { redis } = workerOf(scene).links;
    redis.hold();
    scene.hit("partition");
    return async () => redis.resume();
  },
};
