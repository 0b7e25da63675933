import type { Fault, Scene } from "../fault.ts";
import { skewedClock } from "../stack/chaos-stack.ts";
import { apiNames, workerNames } from "../stack/parts.ts";
import { programOf } from "./programs.ts";

const OFFSET_MS = 5 * 60_000;

/** A worker or an API whose clock is five minutes fast or slow. A clock is set at a start: the target is restarted. */
export const clockSkew: Fault = {
  kind: "clock-skew",
  targets: [...workerNames, ...apiNames],
  share: 2,
  durationMs: [10_000, 25_000],
  recoveryMs: 10_000,
  async inject(scene) {
    const offsetMs = scene.random.pick([-OFFSET_MS, OFFSET_MS]);
    await restart(scene, skewedClock(offsetMs));
    scene.hit("clock skew");
    return () => restart(scene, {});
  },
};

async function restart(scene: Scene, env: Record<string, string>): Promise<void> {
  const program = programOf(scene);
  await program.terminate();
  await program.start(env);
}
