import { createProgram } from "./program.ts";
import type { Program } from "./program.ts";
import type { StackParts } from "./stack-parts.ts";

/** Longer than the minute that a service waits for Mongo and Redis at its start. */
const START_MS = 120_000;
/** Beyond what a service takes to end in an orderly way while its servers are away. */
const GRACE_MS = 60_000;

export interface ServiceSpec {
  kind: "api" | "worker";
  name: string;
  /** The checkout whose services are run. */
  root: string;
  env: Record<string, string>;
  parts: StackParts;
}

const upMessages = { api: "API is up", worker: "worker is up" };

/** A service of ours, run as anywhere: by Node, from its sources. */
export function createService({ kind, name, root, env, parts }: ServiceSpec): Program {
  return createProgram(
    {
      ...parts.common,
      name,
      command: [process.execPath, "--conditions=@lambda-lite/source", `services/${kind}/src/main.ts`],
      cwd: root,
      env: { ...parts.common.env, LOG_LEVEL: "info", ...env },
      startMs: START_MS,
      graceMs: GRACE_MS,
      ready: async (lines) => void (await lines.first((line) => line.includes(`"${upMessages[kind]}"`))),
    },
    parts.onIncident,
  );
}
