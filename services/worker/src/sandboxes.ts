/** The sandboxes without the worker around them, for measurements. */
export { CGROUP_MOUNT, findCgroups } from "./docker/cgroup-tree.ts";
export { containerOptions } from "./docker/container-options.ts";
export type { ContainerOptionsInput } from "./docker/container-options.ts";
export { jobHeader } from "./docker/docker-sandbox.ts";
export { openDockerSandboxes } from "./docker/docker-sandboxes.ts";
export type { DockerSandboxes } from "./docker/docker-sandboxes.ts";
export { openSandboxGroups } from "./docker/sandbox-groups.ts";
export type { SandboxGroup } from "./docker/sandbox-groups.ts";
export { readSandboxDefinition } from "./docker/sandbox-definition.ts";
export { createRush } from "./domain/rush.ts";
export type { SandboxDefinition } from "./docker/sandbox-definition.ts";
export { poolKey } from "./ports/sandbox.ts";
export type { SandboxRequest } from "./ports/sandbox.ts";
