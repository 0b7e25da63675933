export * from "./app-error.ts";
export * from "./clock.ts";
export * from "./job-events.ts";
export * from "./job-queue.ts";
export * from "./job-store.ts";
export * from "./random.ts";
export * from "./worker-registry.ts";
