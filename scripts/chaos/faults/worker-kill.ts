import type { Fault } from "../fault.ts";
import { workerNames } from "../stack/parts.ts";
import { killProgram, workerOf } from "./programs.ts";

/** kill -9 of a worker. Alone it stays away for longer than its jobs may take to run again elsewhere. */
export const workerKill: Fault = {
  kind: "worker-kill",
  targets: workerNames,
  share: 3,
  durationMs: [1_000, 25_000],
  recoveryMs: 5_000,
  alone: { durationMs: 35_000 },
  async inject(scene) {
    const held = await scene.heldBy(workerOf(scene).id);
    const lostAtMs = Date.now();
    const heal = await killProgram(scene);
    scene.follow(held, "kill", lostAtMs);
    return heal;
  },
};
