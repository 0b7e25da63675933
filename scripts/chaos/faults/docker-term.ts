import type { Fault } from "../fault.ts";
import { notOurEngine } from "./docker-kill.ts";
import { terminateProgram } from "./programs.ts";

export const dockerTerm: Fault = {
  kind: "docker-term",
  targets: ["docker"],
  share: 1,
  durationMs: [500, 8_000],
  recoveryMs: 10_000,
  problem: ({ engine }) => notOurEngine({ engine }),
  inject: terminateProgram,
};
