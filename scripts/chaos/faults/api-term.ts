import type { Fault } from "../fault.ts";
import { apiNames } from "../stack/parts.ts";
import { terminateProgram } from "./programs.ts";

export const apiTerm: Fault = {
  kind: "api-term",
  targets: apiNames,
  share: 2,
  durationMs: [500, 6_000],
  recoveryMs: 6_000,
  inject: terminateProgram,
};
