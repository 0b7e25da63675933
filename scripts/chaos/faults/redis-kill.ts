import type { Fault } from "../fault.ts";
import { killProgram } from "./programs.ts";

/** kill -9 of Redis, and a restart from its append-only file. Alone it is away for a minute. */
export const redisKill: Fault = {
  kind: "redis-kill",
  targets: ["redis"],
  share: 2,
  durationMs: [500, 10_000],
  recoveryMs: 4_000,
  alone: { durationMs: 60_000 },
  inject: killProgram,
};
