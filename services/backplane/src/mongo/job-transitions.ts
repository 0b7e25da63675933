import { SIZE_LIMITS } from "@lambda-lite/shared";
import type { JobExecutionResult } from "@lambda-lite/shared";
import type { Held, JobTransitions } from "../ports/index.ts";
import { giveBackPipeline } from "./give-back.ts";
import { insertJob, redriveJob } from "./insert-job.ts";
import type { JobDocument, JobModel } from "./job-model.ts";
import { toClaimed, toSummary } from "./job-view.ts";
import { hasCome, isPastBy, isToCome, nowPlus, serverTime } from "./server-time.ts";
import type { WorkerModel } from "./worker-model.ts";

/**
 * Added to a job's timeout for its deadline, in ms: a cold start under load takes seconds, and a
 * deadline that is too early would run a job twice while one that is too late only waits.
 */
const START_ALLOWANCE_MS = 60_000;
/** How long past its deadline a job of a living worker is left alone, in ms. */
const OVERDUE_GRACE_MS = 30_000;

/** Events and answers of a transition carry no code, arguments or logs. */
const WITHOUT_BODIES = { code: 0, argsJson: 0, logs: 0, logSpans: 0 };
const AFTER = { returnDocument: "after", projection: WITHOUT_BODIES, updatePipeline: true } as const;

/** The named transitions, each one conditional write. Times are the server's own. */
export function createJobTransitions(jobs: JobModel, workers: WorkerModel, faultBudget: number): JobTransitions {
  const isHeld = ({ id, token }: Held) => ({ _id: id, token, status: "RUNNING" as const });

  return {
    insert: (job) => insertJob(jobs, job),

    redrive: (id, owner, newId) => redriveJob(jobs, { id, owner, newId }),

    async purgeEnded(ageMs, limit) {
      const before = new Date((await serverTime(jobs)).getTime() - ageMs);
      const old = await jobs
        // What a dead letter was redriven as is the proof that it was: it goes when the letter has gone.
        .find({ deadLetter: null, redriveOf: null, completedAt: { $lt: before } }, { _id: 1 })
        .sort({ completedAt: 1 })
        .limit(limit)
        .lean<JobDocument[]>();
      if (old.length === 0) return 0;
      const { deletedCount } = await jobs.deleteMany({ _id: { $in: old.map(({ _id }) => _id) } });
      return deletedCount;
    },

    async purgeDeadLetters(owner, id) {
      const letters = { owner, deadLetter: true, ...(id && { _id: id }) } as const;
      const ids = await jobs.distinct("_id", letters);
      const { deletedCount } = await jobs.deleteMany({ ...letters, _id: { $in: ids } });
      await jobs.updateMany({ redriveOf: { $in: ids } }, { $unset: { redriveOf: 1 } });
      return deletedCount;
    },

    async claim({ id, attempt }, by, token) {
      const doc = await jobs
        .findOneAndUpdate(
          {
            _id: id,
            status: "PENDING",
            attempt: attempt - 1,
            $expr: hasCome("$availableAt"),
          },
          claimPipeline(attempt, by, token),
          { returnDocument: "after", updatePipeline: true },
        )
        .lean<JobDocument>();
      return doc && toClaimed(doc);
    },

    async release(held, why) {
      const doc = await jobs
        .findOneAndUpdate(isHeld(held), giveBackPipeline(why, faultBudget), AFTER)
        .lean<JobDocument>();
      return doc && toSummary(doc);
    },

    async finish(held, outcome) {
      const doc = await jobs
        .findOneAndUpdate(
          isHeld(held),
          {
            $set: outcomeFields(outcome),
            $inc: { revision: 1 },
            $currentDate: { completedAt: true },
            $unset: { deadline: 1 },
          },
          { returnDocument: "after", projection: WITHOUT_BODIES },
        )
        .lean<JobDocument>();
      if (doc) return toSummary(doc);
      // The token outlives the finish: own token and terminal means that only our reply was lost.
      const own = await jobs
        .findOne({ _id: held.id, token: held.token, completedAt: { $exists: true } }, WITHOUT_BODIES)
        .lean<JobDocument>();
      return own && toSummary(own);
    },

    async requestCancel(id, owner) {
      const prior = await jobs
        .findOneAndUpdate({ _id: id, owner, status: { $in: ["PENDING", "RUNNING"] } }, requestCancelPipeline(), AFTER)
        .lean<JobDocument>();
      if (prior) {
        const outcome = prior.status === "CANCELLED" ? "cancelled" : "requested";
        return { outcome, summary: toSummary(prior) };
      }
      const ended = await jobs.findOne({ _id: id, owner }, WITHOUT_BODIES).lean<JobDocument>();
      return ended && { outcome: "already-finished", summary: toSummary(ended) };
    },

    async expire(job, why) {
      // Reading the lease first is safe: an epoch that is over never comes back to life.
      const lives = await workers.exists({
        _id: job.workerId,
        epoch: job.epoch,
        $expr: isToCome("$leaseUntil"),
      });
      const doc = await jobs
        .findOneAndUpdate(
          { ...isHeld(job), ...(lives && { $expr: overdue }) },
          giveBackPipeline(why, faultBudget),
          AFTER,
        )
        .lean<JobDocument>();
      return doc && toSummary(doc);
    },
  };
}

/** Whether a job should have ended long ago, even if its worker lives. */
export const overdue = isPastBy("$deadline", OVERDUE_GRACE_MS);

function claimPipeline(attempt: number, by: { workerId: string; epoch: number }, token: string) {
  return [
    {
      $set: {
        status: "RUNNING",
        attempt,
        token: { $literal: token },
        workerId: { $literal: by.workerId },
        workerEpoch: by.epoch,
        startedAt: "$$NOW",
        deadline: nowPlus({ $add: ["$limits.timeout", START_ALLOWANCE_MS] }),
        queueTime: { $dateDiff: { startDate: "$availableAt", endDate: "$$NOW", unit: "millisecond" } },
        revision: { $add: ["$revision", 1] },
      },
    },
  ];
}

function requestCancelPipeline() {
  const isPending = { $eq: ["$status", "PENDING"] };
  return [
    {
      $set: {
        revision: { $add: ["$revision", 1] },
        cancelRequestedAt: { $ifNull: ["$cancelRequestedAt", "$$NOW"] },
        completedAt: { $cond: [isPending, "$$NOW", "$$REMOVE"] },
        exit: { $cond: [isPending, { $literal: { reason: "CANCELLED" } }, "$$REMOVE"] },
        status: { $cond: [isPending, "CANCELLED", "$status"] },
      },
    },
  ];
}

function outcomeFields(outcome: JobExecutionResult) {
  const { success, result, logs, logSpans, error, exit, executionTime, sandboxStartTime, usage, imageDigest } = outcome;
  const failed = exit.reason === "CANCELLED" ? "CANCELLED" : "FAILED";
  return {
    status: success ? ("COMPLETED" as const) : (failed as "CANCELLED" | "FAILED"),
    logs,
    logLength: logs.length,
    ...(logSpans === undefined ? {} : { logSpans }),
    exit,
    executionTime,
    sandboxStartTime,
    ...usage,
    ...(imageDigest === undefined ? {} : { imageDigest }),
    ...(success ? { resultJson: JSON.stringify(result ?? null) } : {}),
    ...(error === undefined ? {} : { error: error.slice(0, SIZE_LIMITS.errorBytes) }),
  };
}
