import type { Fault } from "../fault.ts";
import { killProgram } from "./programs.ts";

/** Redis comes back with nothing: the queue is rebuilt from Mongo. */
export const redisEmpty: Fault = {
  kind: "redis-empty",
  targets: ["redis"],
  share: 2,
  durationMs: [500, 8_000],
  recoveryMs: 6_000,
  async inject(scene) {
    const heal = await killProgram(scene);
    await scene.stack.redis.empty();
    scene.hit("emptied");
    return heal;
  },
};
