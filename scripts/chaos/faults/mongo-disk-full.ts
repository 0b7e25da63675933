import { setTimeout as sleep } from "node:timers/promises";

import type { Fault } from "../fault.ts";

/** How long Mongo goes on with the room that it made ahead of time, in ms. */
const ROOM_MS = 3_000;

/**
 * Mongo's disk is full. It writes on into the journal that it made ahead of time, then ends, as WiredTiger does when it
 * can't write, and can't start as long as the disk is full. The end is the harness's doing: filling a journal takes
 * minutes at this load.
 */
export const mongoDiskFull: Fault = {
  kind: "mongo-disk-full",
  targets: ["mongo"],
  share: 1,
  durationMs: [3_000, 8_000],
  recoveryMs: 8_000,
  problem: ({ mongo }) => mongo.disk.problem,
  async inject({ stack: { mongo }, hit }) {
    await mongo.disk.fill();
    hit("disk full");
    await sleep(ROOM_MS);
    await mongo.kill();
    hit("SIGKILL");
    const started = mongo.start();
    started.catch(() => undefined); // told when it's healed
    return async () => {
      await mongo.disk.free();
      await started;
    };
  },
};
