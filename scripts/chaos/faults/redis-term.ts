import type { Fault } from "../fault.ts";
import { terminateProgram } from "./programs.ts";

export const redisTerm: Fault = {
  kind: "redis-term",
  targets: ["redis"],
  share: 1,
  durationMs: [500, 8_000],
  recoveryMs: 4_000,
  inject: terminateProgram,
};
