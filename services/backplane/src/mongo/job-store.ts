import type { JobStore } from "../ports/index.ts";
import type { JobModel } from "./job-model.ts";
import { createJobQueries } from "./job-queries.ts";
import { createJobTransitions } from "./job-transitions.ts";
import type { StoreGuard } from "./store-guard.ts";
import type { WorkerModel } from "./worker-model.ts";

/** JobStore on Mongoose. Every method tells an unreachable database from a mistake of ours. */
export function createJobStore(jobs: JobModel, workers: WorkerModel, guard: StoreGuard): JobStore {
  const store: JobStore = { ...createJobTransitions(jobs, workers), ...createJobQueries(jobs) };
  const guarded = Object.entries(store).map(([name, method]) => {
    const call = method as (...args: unknown[]) => Promise<unknown>;
    return [name, (...args: unknown[]) => guard(() => call(...args))] as const;
  });
  return Object.fromEntries(guarded) as unknown as JobStore;
}
