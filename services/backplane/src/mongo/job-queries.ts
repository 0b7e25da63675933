import type { PageQuery } from "@lambda-lite/shared";
import { TOTAL_CAP } from "@lambda-lite/shared";
import { AppError } from "../ports/index.ts";
import type { JobQueries, RunningJob } from "../ports/index.ts";
import type { QueryFilter, Types } from "mongoose";
import type { JobDocument, JobModel } from "./job-model.ts";
import { overdue } from "./job-transitions.ts";
import { serverTime } from "./server-time.ts";
import { BODY_FIELDS, toClaimed, toJob, toListItem, toSummary } from "./job-view.ts";

/** Reads. Lists never touch bodies, and no query walks more than its page or the cap. */
export function createJobQueries(jobs: JobModel): JobQueries {
  return {
    async find(id, owner) {
      const doc = await jobs.findOne({ _id: id, owner }).lean<JobDocument>();
      return doc && toJob(doc);
    },

    async findLog(id, owner) {
      const fields = { status: 1, attempt: 1, logs: 1, logSpans: 1 };
      const doc = await jobs.findOne({ _id: id, owner }, fields).lean<JobDocument>();
      if (!doc) return null;
      const { status, attempt, logs = "", logSpans = "" } = doc;
      return { status, attempt, text: logs, spans: logSpans };
    },
    async findSummary(id, owner) {
      const doc = await jobs
        .findOne({ _id: id, owner }, { code: 0, argsJson: 0, logs: 0, logSpans: 0 })
        .lean<JobDocument>();
      return doc && toSummary(doc);
    },

    async findSummaries(ids) {
      const docs = await jobs
        .find({ _id: { $in: [...ids] } }, { code: 0, argsJson: 0, logs: 0, logSpans: 0 })
        .lean<JobDocument[]>();
      return docs.map(toSummary);
    },

    list: (owner, { status, ...page }) =>
      listJobs(jobs, { owner, ...(status && { status }) }, { createdAt: -1, _id: -1 }, page),

    deadLetters: (owner, page) => listJobs(jobs, { owner, deadLetter: true }, { completedAt: -1, _id: -1 }, page),

    async undrivenDeadLetters(owner, limit) {
      const dead = await jobs
        .aggregate<{ _id: Types.ObjectId }>([
          { $match: { owner, deadLetter: true } },
          { $sort: { completedAt: 1, _id: 1 } },
          { $project: { _id: 1 } },
          {
            $lookup: {
              from: jobs.collection.name,
              localField: "_id",
              foreignField: "redriveOf",
              pipeline: [{ $project: { _id: 1 } }],
              as: "redriven",
            },
          },
          { $match: { redriven: [] } },
          { $limit: limit },
          { $project: { _id: 1 } },
        ])
        .exec();
      return dead.map(({ _id }) => _id.toHexString());
    },

    async due(after, limit) {
      // A bound that an index can use: jobs that are put off must not be walked over twice a second.
      const availableAt = { $lte: await serverTime(jobs) };
      const docs = await jobs
        .find(
          {
            status: "PENDING",
            admitted: true,
            availableAt: after ? { ...availableAt, $gte: after.availableAt } : availableAt,
            ...(after && {
              $or: [
                { availableAt: { $gt: after.availableAt, ...availableAt } },
                { availableAt: after.availableAt, _id: { $gt: after.id } },
              ],
            }),
          },
          { attempt: 1, pool: 1, priority: 1, availableAt: 1 },
        )
        .sort({ availableAt: 1, _id: 1 })
        .limit(limit)
        .lean<JobDocument[]>();
      return docs.map(({ _id, attempt, pool, priority, availableAt }) => {
        const id = _id.toHexString();
        return { id, attempt: attempt + 1, pool, priority, cursor: { availableAt, id } };
      });
    },

    async running(afterId, limit) {
      const docs = await jobs
        .find({ status: "RUNNING", ...(afterId && { _id: { $gt: afterId } }) }, RUNNING_FIELDS)
        .sort({ _id: 1 })
        .limit(limit)
        .lean<JobDocument[]>();
      return docs.map(toRunning);
    },

    async overdue(limit) {
      const docs = await jobs
        .find({ status: "RUNNING", $expr: overdue }, RUNNING_FIELDS)
        .limit(limit)
        .lean<JobDocument[]>();
      return docs.map(toRunning);
    },

    async heldBy({ workerId, epoch }) {
      const docs = await jobs
        .find({ status: "RUNNING", workerId, workerEpoch: epoch }, { token: 1, cancelRequestedAt: 1 })
        .lean<JobDocument[]>();
      return docs.map((doc) => ({
        id: doc._id.toHexString(),
        token: doc.token ?? "",
        cancelRequested: doc.cancelRequestedAt !== undefined,
      }));
    },

    async findClaim({ id, token }) {
      const doc = await jobs.findOne({ _id: id, token, status: "RUNNING" }).lean<JobDocument>();
      return doc && toClaimed(doc);
    },
  };
}

const RUNNING_FIELDS = { token: 1, workerId: 1, workerEpoch: 1, faults: 1 };

function toRunning(doc: JobDocument): RunningJob {
  return {
    id: doc._id.toHexString(),
    token: doc.token ?? "",
    workerId: doc.workerId ?? "",
    epoch: doc.workerEpoch ?? 0,
    faults: doc.faults,
  };
}

async function listJobs(
  jobs: JobModel,
  filter: QueryFilter<JobDocument>,
  order: Record<string, 1 | -1>,
  { page, limit }: PageQuery,
) {
  const skip = (page - 1) * limit;
  if (skip >= TOTAL_CAP) {
    throw new AppError("VALIDATION_FAILED", undefined, {
      errors: [{ path: "page", message: `only the newest ${TOTAL_CAP} jobs can be paged; filter by status` }],
    });
  }
  const [docs, counted] = await Promise.all([
    jobs.find(filter, BODY_FIELDS).sort(order).skip(skip).limit(limit).lean<JobDocument[]>(),
    jobs.countDocuments(filter, { limit: TOTAL_CAP + 1 }),
  ]);
  const total = Math.min(counted, TOTAL_CAP);
  return {
    jobs: docs.map(toListItem),
    page,
    limit,
    total,
    totalPages: Math.ceil(total / limit),
    totalCapped: counted > TOTAL_CAP,
  };
}
