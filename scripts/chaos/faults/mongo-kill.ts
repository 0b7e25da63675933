import type { Fault } from "../fault.ts";
import { killProgram } from "./programs.ts";

/** kill -9 of Mongo: what it acknowledged is there when it comes back. */
export const mongoKill: Fault = {
  kind: "mongo-kill",
  targets: ["mongo"],
  share: 2,
  durationMs: [500, 12_000],
  recoveryMs: 6_000,
  alone: { durationMs: 12_000 },
  inject: killProgram,
};
