import type { Fault } from "../fault.ts";
import { workerNames } from "../stack/parts.ts";
import { freezeProgram } from "./programs.ts";

/** SIGSTOP of a worker past its lease of 20 s; it wakes up and believes that no time has passed. */
export const workerFreeze: Fault = {
  kind: "worker-freeze",
  targets: workerNames,
  share: 2,
  durationMs: [21_000, 30_000],
  recoveryMs: 6_000,
  inject: freezeProgram,
};
