import { setTimeout as sleep } from "node:timers/promises";

import type { Fault, Scene } from "../fault.ts";
import { workerNames } from "../stack/parts.ts";
import type { JobRecord } from "../watch/job-database.ts";
import { killProgram, workerOf } from "./programs.ts";

/** Long enough for a renewal of the lease and the end of some jobs to be on their way, in ms. */
const SENDING_MS = 7_000;
/** The lease is over 20 s after the partition's beginning at the latest; that its jobs run elsewhere is waited for, in ms. */
const ELSEWHERE_MS = 12_000;
/** Others are in the middle of it then, in ms. */
const UNDER_WAY_MS = 1_500;
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
  durationMs: [7_500, 9_000],
  recoveryMs: 16_000,
  async inject(scene) {
    const { links, id } = workerOf(scene);
    const held = await scene.heldBy(id);
    links.mongo.hold();
    scene.hit("partition");
    await sleep(SENDING_MS);
    const start = await killProgram(scene);
    return async () => {
      await untilElsewhere(scene, held);
      await sleep(UNDER_WAY_MS);
      links.mongo.resume();
      await sleep(ARRIVED_MS);
      await start();
    };
  },
};

/** Until another worker runs one of these jobs, for a while at most: they may all have ended just before. */
async function untilElsewhere({ stack: { database } }: Scene, held: readonly JobRecord[]): Promise<void> {
  const before = new Map(held.map(({ id, attempt }) => [id, attempt]));
  const deadline = performance.now() + ELSEWHERE_MS;
  while (performance.now() < deadline) {
    const now = await database.byIds([...before.keys()]).catch(() => []);
    if (now.some(({ id, attempt, status }) => status === "RUNNING" && attempt > (before.get(id) ?? 0))) return;
    await sleep(100);
  }
}
