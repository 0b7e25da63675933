import type { Fault } from "../fault.ts";
import { apiNames } from "../stack/parts.ts";
import { killProgram } from "./programs.ts";

/** kill -9 of an API, perhaps between a job's insert and its way into the queue. */
export const apiKill: Fault = {
  kind: "api-kill",
  targets: apiNames,
  share: 3,
  durationMs: [500, 8_000],
  recoveryMs: 4_000,
  inject: killProgram,
};
