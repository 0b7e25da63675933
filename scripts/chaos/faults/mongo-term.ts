import type { Fault } from "../fault.ts";
import { terminateProgram } from "./programs.ts";

export const mongoTerm: Fault = {
  kind: "mongo-term",
  targets: ["mongo"],
  share: 1,
  durationMs: [500, 8_000],
  recoveryMs: 6_000,
  inject: terminateProgram,
};
