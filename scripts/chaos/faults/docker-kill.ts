import type { Fault } from "../fault.ts";
import { killProgram } from "./programs.ts";

export const notOurEngine = ({ engine }: { engine: { program: unknown } }) =>
  engine.program ? undefined : "DOCKER_HOST names an engine that isn't the harness's";

/** kill -9 of the engine: containers survive it, and are killed by the next one. */
export const dockerKill: Fault = {
  kind: "docker-kill",
  targets: ["docker"],
  share: 2,
  durationMs: [500, 12_000],
  recoveryMs: 10_000,
  problem: ({ engine }) => notOurEngine({ engine }),
  inject: killProgram,
};
