import type { Fault } from "../fault.ts";
import { workerNames } from "../stack/parts.ts";
import { workerOf } from "./programs.ts";

/** Nothing passes between one worker and Mongo, perhaps for longer than its lease; then all of it does. */
export const partitionMongo: Fault = {
  kind: "partition-mongo",
  targets: workerNames,
  share: 3,
  durationMs: [5_000, 30_000],
  recoveryMs: 5_000,
  async inject(scene) {
    const { mongo } = workerOf(scene).links;
    mongo.hold();
    scene.hit("partition");
    return async () => mongo.resume();
  },
};
