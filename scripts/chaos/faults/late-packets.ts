import { setTimeout as sleep } from "node:timers/promises";

import type { Fault } from "../fault.ts";
import { workerNames } from "../stack/parts.ts";
import { killProgram, workerOf } from "./programs.ts";

/** Long enough for a renewal of the lease and the end of some jobs to be on their way, in ms. */
const SENDING_MS = 7_000;
/** How long what arrived late may show its effects before the worker lives again, in ms. */
const ARRIVED_MS = 3_000;

/**
 * A partition from Mongo, the death of the worker behind it, and the arrival of what it had sent, when its lease is over
 * and others run its jobs.
 */
export const latePackets: Fault = {
  kind: "late-packets",
  targets: workerNames,
  share: 2,
  // With what was before, just past the lease's 20 s: others have begun its jobs and not ended them yet.
  durationMs: [15_000, 18_000],
  recoveryMs: 8_000,
  async inject(scene) {
    const { links } = workerOf(scene);
    links.mongo.hold();
    scene.hit("partition");
    await sleep(SENDING_MS);
    const start = await killProgram(scene);
    return async () => {
      links.mongo.resume();
      await sleep(ARRIVED_MS);
      await start();
    };
  },
};
