/** Names of the parts of a stack that faults hit; a schedule is made of them before there is any stack. */
export const workerNames = ["worker-1", "worker-2", "worker-3"] as const;
export const apiNames = ["api-1", "api-2"] as const;

export type WorkerName = (typeof workerNames)[number];
export type ApiName = (typeof apiNames)[number];
/** `sandbox`: any container that runs a job. */
export type PartName = WorkerName | ApiName | "redis" | "mongo" | "docker" | "sandbox";

export const isWorker = (part: PartName): part is WorkerName => part.startsWith("worker-");
export const isApi = (part: PartName): part is ApiName => part.startsWith("api-");
