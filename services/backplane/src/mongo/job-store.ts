import type { JobStore } from "../ports/index.ts";
import type { JobModel } from "./job-model.ts";
import { createJobQueries } from "./job-queries.ts";
import { createJobTransitions } from "./job-transitions.ts";
import { guardAll } from "./store-guard.ts";
import type { StoreGuard } from "./store-guard.ts";
import type { WorkerModel } from "./worker-model.ts";

/** JobStore on Mongoose. Every method tells an unreachable database from a mistake of ours. */
export function createJobStore(deps: {
  jobs: JobModel;
  workers: WorkerModel;
  guard: StoreGuard;
  faultBudget: number;
}): JobStore {
  const { jobs, workers, guard, faultBudget } = deps;
  return guardAll({ ...createJobTransitions(jobs, workers, faultBudget), ...createJobQueries(jobs) }, guard);
}
