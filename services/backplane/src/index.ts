export * from "./backplane.ts";
export type { JobLifecycle } from "./domain/job-lifecycle.ts";
export * from "./ports/index.ts";
export * from "./release-stack.ts";
