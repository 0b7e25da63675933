import { setTimeout as sleep } from "node:timers/promises";

import type { JobDatabase, JobRecord } from "./job-database.ts";

/** Pause between two looks, in ms. */
const LOOK_MS = 250;
/** Then it's given up; the end of the run tells what became of the job. */
const LIMIT_MS = 90_000;

/** How long a job that lost its worker took to run again. */
export interface Recovery {
  id: string;
  /** By which promise it is judged. */
  after: "kill" | "drain";
  /** From the loss to its next start by the database's clock; undefined when it wasn't seen. */
  againMs: number | undefined;
}

/** Follows the jobs that a worker held when it was hit. */
export interface Recoveries {
  /** Call it right before the blow. */
  heldBy(workerId: string): Promise<JobRecord[]>;
  /** Resolves when each has started again, or had ended after all. */
  follow(held: readonly JobRecord[], after: Recovery["after"], lostAtMs: number): Promise<Recovery[]>;
}

export function createRecoveries(database: Pick<JobDatabase, "runningOn" | "byIds">): Recoveries {
  return {
    // The database may be away in another round: then nothing is measured in this one.
    heldBy: (workerId) => database.runningOn(workerId).catch(() => []),

    async follow(held, after, lostAtMs) {
      const open = new Map(held.map((job) => [job.id, job.attempt]));
      const found: Recovery[] = [];
      const deadline = performance.now() + LIMIT_MS;
      while (open.size > 0 && performance.now() < deadline) {
        const records = await database.byIds([...open.keys()]).catch(() => []);
        for (const record of records) {
          const lost = open.get(record.id) ?? 0;
          if (record.attempt > lost && record.startedAtMs !== undefined) {
            open.delete(record.id);
            found.push({ id: record.id, after, againMs: waitOf(record, after, lostAtMs) });
          } else if (record.completedAtMs !== undefined) open.delete(record.id);
        }
        await sleep(LOOK_MS);
      }
      return [...found, ...[...open.keys()].map((id) => ({ id, after, againMs: undefined }))];
    },
  };
}

/** A drained job waits from its release, which the store wrote down; one of a dead worker from the death. */
function waitOf(record: JobRecord, after: Recovery["after"], lostAtMs: number): number {
  if (after === "drain") return record.queueTimeMs ?? 0;
  return (record.startedAtMs ?? lostAtMs) - lostAtMs;
}
