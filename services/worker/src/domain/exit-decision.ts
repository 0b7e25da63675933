import { ExitReason } from "@lambda-lite/shared";
import type { ResourceLimits, Usage } from "@lambda-lite/shared";
import type { StopReason } from "../ports/sandbox.ts";
import type { Refusals } from "../ports/usage-reader.ts";

/** What the sandbox said at its end, after the worker checked its form. */
export type ReportedResult = { ok: true; resultJson: string } | { ok: false; reason: ExitReason; error: string };

/** All that is known when a run is over. */
export interface Evidence {
  /** The first complete result frame, if one came before anything was killed. */
  reported?: ReportedResult;
  /** Why the worker killed the sandbox, if it did. */
  killedFor?: StopReason | "timeout" | "output-limit";
  /** How the container ended, if it had to be waited for. */
  end?: { exitCode: number; oomKilled: boolean };
  /** The connection to the sandbox broke, or its end couldn't be learned. */
  engineError?: string;
  /** First KiB of the runner's stderr: evidence for people, not a basis of the decision alone. */
  stderr: string;
  /** What it used, read before the worker killed it or after it ended. */
  usage?: Usage | undefined;
  /** What the kernel refused it, if it didn't come to a result. */
  refusals?: Refusals;
  limits: ResourceLimits;
}

export interface Decision {
  reason: ExitReason;
  resultJson?: string;
  error?: string;
}

/** 128 + SIGABRT: V8 aborts when its heap gives out (`--max-old-space-size`), before the kernel acts. */
const ABORTED = 134;
/** 128 + SIGTRAP: the same, in builds where V8's fatal path is a trap. */
const TRAPPED = 133;
/** Of its limit: the kernel charges pages by the hundred, huge ones by 512, and kills when the next don't fit. */
const AT_ITS_LIMIT = 0.9;
/** V8's own words for it, on the runner's stderr, which user code can't write to. */
const HEAP_EXHAUSTED = /heap out of memory|Reached heap limit|invalid table size/i;

/**
 * Why a run ended: evidence in the order of its weight. What the worker did itself is certain; a
 * result frame counts only if it came first; then the kernel's record; then the exit code.
 */
export function decideExit(evidence: Evidence): Decision {
  const { reported, killedFor } = evidence;
  if (reported?.ok) return { reason: ExitReason.OK, resultJson: reported.resultJson };
  if (reported) return { reason: reported.reason, error: reported.error };
  return killedFor ? decideKill(killedFor, evidence) : decideEnd(evidence);
}

/** The worker killed it, and knows why. */
function decideKill(killedFor: NonNullable<Evidence["killedFor"]>, { limits, refusals }: Evidence): Decision {
  switch (killedFor) {
    case "timeout":
      // It hung, or was busy, because it couldn't have more processes.
      if (refusals?.processes) return tooManyProcesses(limits);
      return { reason: ExitReason.TIMEOUT, error: `Timed out after ${limits.timeout} ms` };
    case "output-limit":
      return { reason: ExitReason.OUTPUT_LIMIT, error: "Stopped: it wrote more output than is allowed" };
    case "cancelled":
      return { reason: ExitReason.CANCELLED, error: "Cancelled" };
    case "drain":
    case "lease-lost":
      return { reason: ExitReason.SANDBOX_ERROR, error: "Stopped by its worker" };
  }
}

/** It ended by itself, without a result: what does the kernel say, what the exit code? */
function decideEnd(evidence: Evidence): Decision {
  const { end, engineError, refusals, limits } = evidence;
  const memory = outOfMemory(evidence);
  if (memory) return { reason: ExitReason.OUT_OF_MEMORY, error: `Out of memory: ${memory}` };
  if (refusals?.processes) return tooManyProcesses(limits);
  const how = engineError ?? (end ? `exit code ${end.exitCode}` : "no exit code");
  return { reason: ExitReason.SANDBOX_ERROR, error: `The sandbox ended without a result (${how})` };
}

function outOfMemory(evidence: Evidence): string | undefined {
  const { end, stderr, limits } = evidence;
  if (metItsMemoryLimit(evidence)) return `it needed more than ${limits.memory} MB`;
  const aborted = end?.exitCode === ABORTED || end?.exitCode === TRAPPED;
  if (aborted && HEAP_EXHAUSTED.test(stderr)) return `the heap gave out (limit of the job: ${limits.memory} MB)`;
  return undefined;
}

/**
 * Whether the kernel killed in it for its own limit. A machine without memory kills sandboxes first (their OomScoreAdj), and
 * the engine tells of that in the same words; but that one is not the job's fault, and it was far from its limit.
 */
function metItsMemoryLimit({ end, refusals, usage, limits }: Evidence): boolean {
  if (refusals?.memory !== undefined) return refusals.memory > 0;
  if (!end?.oomKilled) return false;
  // A sample was taken before the end, if at all.
  return usage?.measured !== "cgroup" || usage.peakMemoryBytes >= AT_ITS_LIMIT * limits.memory * 1024 * 1024;
}

function tooManyProcesses({ pids }: ResourceLimits): Decision {
  return { reason: ExitReason.PROCESS_LIMIT, error: `It needed more than ${pids} processes and threads` };
}
