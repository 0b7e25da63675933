import { AppError } from "@lambda-lite/backplane/ports";
import type { ClaimedJob, Clock, JobLogs, JobStore, QueueEntry, Random, Return } from "@lambda-lite/backplane/ports";
import { ExitReason } from "@lambda-lite/shared";
import type { JobExecutionResult, JsonValue } from "@lambda-lite/shared";
import type { Logger } from "pino";
import { poolKey, SandboxUnavailable } from "../ports/sandbox.ts";
import type { ExecutionResult, Sandbox, SandboxProvider } from "../ports/sandbox.ts";
import type { HeldJobs, Hold } from "./held-jobs.ts";
import { createLiveLog } from "./live-log.ts";
import type { LeaseKeeper } from "./lease-keeper.ts";
import { drained, faulted, nextTry, notStarted } from "./returns.ts";

/** Pause between tries to record an outcome while the store is away, in ms. */
const FINISH_RETRY_MS = 500;

/** Told about every job that ran here. */
export interface JobObserver {
  finished(outcome: JobExecutionResult, queueTimeMs: number): void;
  released(): void;
  /** A sandbox failed with a job in it: was that the sandbox alone, or its engine? */
  sandboxFailed(): void;
}

export interface JobRunner {
  /** Runs one entry to its end: claim → run → finish. Never throws. */
  run(entry: QueueEntry): Promise<void>;
}

/**
 * Takes one queue entry through a job's life. Nothing runs without a claim, and nothing is recorded
 * without the claim's token; whatever is left half-done by a crash at any line below is found by the
 * lease (a dead worker) or by the entry's lock (a claim that was never sent).
 */
export function createJobRunner(deps: {
  jobs: Pick<JobStore, "claim" | "findClaim" | "finish" | "release">;
  logs: JobLogs;
  sandboxes: SandboxProvider;
  held: HeldJobs;
  lease: Pick<LeaseKeeper, "life">;
  observer: JobObserver;
  /** A claim couldn't be made. */
  onStoreUnavailable: () => void;
  clock: Clock;
  random: Random;
  logger: Logger;
}): JobRunner {
  const { jobs, logs, sandboxes, held, lease, observer, onStoreUnavailable, clock, random, logger } = deps;

  async function run(entry: QueueEntry): Promise<void> {
    const token = random.hex(16);
    const hold = held.hold({ id: entry.attempt.id, token });
    const log = logger.child({ jobId: entry.attempt.id, attempt: entry.attempt.attempt });
    try {
      const job = await claim(entry, token);
      if (job) await execute(job, hold, log);
      await entry.ack();
    } catch (err) {
      // Only the store throws here: the job is untouched, and another worker may reach it.
      log.warn({ err }, "couldn't claim or settle; entry put back");
      onStoreUnavailable();
      await entry.putBack();
    } finally {
      hold.letGo();
    }
  }

  async function claim(entry: QueueEntry, token: string): Promise<ClaimedJob | null> {
    try {
      const claimed = await jobs.claim(entry.attempt, lease.life(), token);
      return claimed && claimed.value;
    } catch (cause) {
      // The claim may have been committed and only its reply lost.
      const claimed = await jobs.findClaim({ id: entry.attempt.id, token });
      if (!claimed) throw new Error("the claim couldn't be made", { cause });
      return claimed.value;
    }
  }

  async function execute(job: ClaimedJob, hold: Hold, log: Logger): Promise<void> {
    const startedMs = clock.monotonicMs();
    let sandbox: Sandbox;
    try {
      sandbox = await sandboxes.prepare(poolKey(job.limits), hold.signal);
    } catch (err) {
      await giveUpBeforeStart(job, hold, err, log);
      return;
    }
    const sandboxStartTime = clock.monotonicMs() - startedMs;
    const liveLog = createLiveLog({ jobId: job.id, attempt: job.attempt, logs, clock, logger: log });
    try {
      const { id, attempt, code, argsJson, limits } = job;
      const request = { jobId: id, attempt, code, argsJson, limits };
      const run = await sandbox.run(request, { signal: hold.signal, onLog: liveLog.push });
      await settle(job, toOutcome(run, sandboxStartTime), hold, log);
    } finally {
      liveLog.end();
      // Behind the answer: the slot is free now, the removal takes its time.
      void sandbox.dispose();
    }
  }

  /** No user code has run: a cancel is final, anything else gives the job back. */
  async function giveUpBeforeStart(job: ClaimedJob, hold: Hold, err: unknown, log: Logger) {
    const stopReason = hold.stopReason();
    if (stopReason === "lease-lost") return;
    if (stopReason === "cancelled") return settle(job, cancelledBeforeStart(), hold, log);
    if (stopReason === "drain") return giveBack(job, drained(), hold);
    if (err instanceof SandboxUnavailable && err.faultOf === "class") {
      log.warn({ err }, "the sandbox that the job needs can't be had here; job released");
      return giveBack(job, faulted(job, `No sandbox for it here: ${err.message}`, random), hold);
    }
    log.error({ err }, "no sandbox; job released");
    await giveBack(job, notStarted(job, random), hold);
  }

  async function settle(job: ClaimedJob, outcome: JobExecutionResult, hold: Hold, log: Logger) {
    // The lease is over: somebody else may own the job, and our outcome is not to be recorded.
    if (hold.stopReason() === "lease-lost") return;
    const { reason } = outcome.exit;
    const { error = "" } = outcome;
    if (reason === ExitReason.SANDBOX_ERROR) {
      if (hold.stopReason() === "drain") return giveBack(job, drained(), hold);
      log.error({ error }, "sandbox failed; job released");
      observer.sandboxFailed();
      return giveBack(job, faulted(job, error, random), hold);
    }
    const retry = nextTry(job, reason, error, random);
    if (retry) {
      log.info({ reason, failures: job.failures + 1, delayMs: retry.delayMs }, "job failed; it is to be tried again");
      return giveBack(job, retry, hold);
    }
    try {
      const recorded = await untilStored({ hold, clock, logger }, () => jobs.finish(job, outcome));
      if (!recorded) return log.warn({ reason }, "outcome discarded: the job has another owner now");
    } catch (err) {
      // The store answers, and refuses: running it again for ever would not help.
      log.error({ err, reason }, "outcome can't be stored; job released");
      return giveBack(job, faulted(job, "Its outcome couldn't be stored", random), hold);
    }
    observer.finished(outcome, job.queueTime);
    log.info({ reason, executionTimeMs: outcome.executionTime }, "job finished");
  }

  async function giveBack(job: ClaimedJob, why: Return, hold: Hold) {
    observer.released();
    await untilStored({ hold, clock, logger }, () => jobs.release(job, why));
  }

  return { run };
}

/** The outcome exists only here: while the store is away, keep trying for as long as the lease lasts. */
async function untilStored<T>(
  { hold, clock, logger }: { hold: Hold; clock: Clock; logger: Logger },
  write: () => Promise<T>,
): Promise<T | null> {
  for (;;) {
    try {
      return await write();
    } catch (err) {
      if (hold.stopReason() === "lease-lost") return null;
      if (!(err instanceof AppError && err.retryable)) throw err;
      logger.warn({ err }, "outcome not stored yet; trying again");
      await clock.sleep(FINISH_RETRY_MS);
    }
  }
}

function toOutcome(run: ExecutionResult, sandboxStartTime: number): JobExecutionResult {
  return {
    success: run.reason === ExitReason.OK,
    ...(run.resultJson === undefined ? {} : { result: JSON.parse(run.resultJson) as JsonValue }),
    logs: run.logs,
    ...(run.logSpans === "" ? {} : { logSpans: run.logSpans }),
    ...(run.error === undefined ? {} : { error: run.error }),
    exit: {
      reason: run.reason,
      ...(run.exitCode === undefined ? {} : { code: run.exitCode }),
      ...(run.signal === undefined ? {} : { signal: run.signal }),
    },
    executionTime: round(run.executionTimeMs),
    sandboxStartTime: round(sandboxStartTime),
    ...(run.usage && { usage: run.usage }),
    ...(run.imageDigest && { imageDigest: run.imageDigest }),
  };
}

function cancelledBeforeStart(): JobExecutionResult {
  return {
    success: false,
    logs: "",
    error: "Cancelled",
    exit: { reason: ExitReason.CANCELLED },
    executionTime: 0,
    sandboxStartTime: 0,
  };
}

/** To a hundredth of a millisecond: finer is noise. */
function round(ms: number): number {
  return Math.round(ms * 100) / 100;
}
