import { z } from "zod";

/** Why a job ended: evidence collected by the worker, never a guess from a message. */
export const ExitReason = {
  /** main() returned. */
  OK: "OK",
  /** main() threw or rejected, or the code threw while loading. */
  USER_ERROR: "USER_ERROR",
  /** The code doesn't parse. */
  SYNTAX_ERROR: "SYNTAX_ERROR",
  /** The result can't be serialised (cycle, BigInt, too deep). */
  INVALID_RESULT: "INVALID_RESULT",
  /** main() returned a promise that nothing can settle any more. */
  NEVER_SETTLED: "NEVER_SETTLED",
  /** The wall-clock limit was reached. */
  TIMEOUT: "TIMEOUT",
  /** Killed by the kernel's OOM killer, or the language's heap gave out. */
  OUT_OF_MEMORY: "OUT_OF_MEMORY",
  /** More output or a larger result than allowed. */
  OUTPUT_LIMIT: "OUTPUT_LIMIT",
  /** More processes than allowed. */
  PROCESS_LIMIT: "PROCESS_LIMIT",
  /** Somebody cancelled it. */
  CANCELLED: "CANCELLED",
  /** The platform failed: engine, image, protocol, or a kill from outside. Retried. */
  SANDBOX_ERROR: "SANDBOX_ERROR",
  /** The worker's lease ran out: it died. Retried. */
  WORKER_LOST: "WORKER_LOST",
} as const;
export type ExitReason = (typeof ExitReason)[keyof typeof ExitReason];

export const exitReasonSchema = z.enum(ExitReason);

/** Reasons that are the platform's fault: retried within the fault budget. */
export const PLATFORM_FAULTS: ReadonlySet<ExitReason> = new Set([ExitReason.SANDBOX_ERROR, ExitReason.WORKER_LOST]);

/** Faults of the platform after which a job is given up: a poison job must not kill workers for ever. */
export const FAULT_BUDGET = 5;

export const exitSchema = z.object({
  reason: exitReasonSchema,
  /** Exit code of the sandbox's process; absent when it was not waited for. */
  code: z.int().optional(),
  /** Signal that ended it, e.g. "SIGKILL". */
  signal: z.string().optional(),
});
export type Exit = z.infer<typeof exitSchema>;
