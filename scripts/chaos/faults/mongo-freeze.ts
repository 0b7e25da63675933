import type { Fault } from "../fault.ts";
import { freezeProgram } from "./programs.ts";

/** Mongo takes connections and answers nothing, as a machine that swaps. */
export const mongoFreeze: Fault = {
  kind: "mongo-freeze",
  targets: ["mongo"],
  share: 1,
  durationMs: [3_000, 10_000],
  recoveryMs: 5_000,
  inject: freezeProgram,
};
