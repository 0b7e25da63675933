import type { Fault } from "../fault.ts";
import { workerNames } from "../stack/parts.ts";
import { terminateProgram, workerOf } from "./programs.ts";

/** SIGTERM of a worker: what outlasts its drain runs elsewhere at once. */
export const workerTerm: Fault = {
  kind: "worker-term",
  targets: workerNames,
  share: 2,
  durationMs: [500, 8_000],
  recoveryMs: 8_000,
  alone: { durationMs: 10_000 },
  async inject(scene) {
    const held = await scene.heldBy(workerOf(scene).id);
    scene.follow(held, "drain", Date.now());
    return terminateProgram(scene);
  },
};
