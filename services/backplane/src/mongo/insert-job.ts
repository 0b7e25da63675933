import { AppError } from "../ports/index.ts";
import type { NewJob } from "../ports/index.ts";
import type { Job } from "@lambda-lite/shared";
import { Types } from "mongoose";
import { SCHEMA_VERSION } from "./job-model.ts";
import type { JobDocument, JobModel } from "./job-model.ts";
import { toJob } from "./job-view.ts";
import { nowPlus } from "./server-time.ts";

/** MongoDB's code for a value that a unique index has already. */
const DUPLICATE_KEY = 11000;

interface Insertion extends NewJob {
  redriveOf?: string;
}

/**
 * One write. What exists already isn't touched: the filter doesn't match it, and the unique indexes (of the id, the
 * idempotency key, the redriven dead letter) refuse a second one.
 */
export async function insertJob(jobs: JobModel, job: Insertion): Promise<Job> {
  try {
    const doc = await jobs
      .findOneAndUpdate({ _id: job.id, status: { $exists: false } }, [{ $set: initialFields(job) }], {
        upsert: true,
        returnDocument: "after",
        updatePipeline: true,
      })
      .lean<JobDocument>()
      .orFail();
    return toJob(doc);
  } catch (error) {
    if ((error as { code?: number }).code !== DUPLICATE_KEY) throw error;
    return toJob(await findFirst(jobs, job));
  }
}

/** The job that was there before. @throws AppError `IDEMPOTENCY_CONFLICT` when it is another one than was meant. */
async function findFirst(jobs: JobModel, { id, owner, idempotency, redriveOf }: Insertion): Promise<JobDocument> {
  const keys = [
    { _id: id },
    ...(idempotency ? [{ owner, idempotencyKey: idempotency.key }] : []),
    ...(redriveOf ? [{ redriveOf }] : []),
  ];
  const first = await jobs.findOne({ $or: keys }).lean<JobDocument>().orFail();
  if (idempotency && first.payloadHash !== idempotency.payloadHash) throw new AppError("IDEMPOTENCY_CONFLICT");
  return first;
}

/** A new job of the same submission; its key was the old job's. */
export async function redriveJob(
  jobs: JobModel,
  { id, owner, newId }: { id: string; owner: string; newId: string },
): Promise<Job | null> {
  const dead = await jobs.findOne({ _id: id, owner, deadLetter: true }).lean<JobDocument>();
  if (!dead) return null;
  const { pool, priority, code, limits, retry } = dead;
  const args = JSON.parse(dead.argsJson) as NewJob["args"];
  const again = { id: newId, owner, pool, priority, code, args, limits, redriveOf: id };
  return insertJob(jobs, retry ? { ...again, retry } : again);
}

/** In a pipeline a text that begins with `$` is a field: every foreign value is a literal. */
function initialFields(job: Insertion) {
  const { availableAt, retry, idempotency, redriveOf } = job;
  const foreign = {
    schemaVersion: SCHEMA_VERSION,
    revision: 1,
    owner: job.owner,
    pool: job.pool,
    priority: job.priority,
    admitted: true,
    code: job.code,
    argsJson: JSON.stringify(job.args),
    limits: { ...job.limits },
    status: "PENDING" as const,
    attempt: 0,
    faults: 0,
    ...(retry && { retry }),
    ...(idempotency && { idempotencyKey: idempotency.key, payloadHash: idempotency.payloadHash }),
    ...(redriveOf && { redriveOf: new Types.ObjectId(redriveOf) }),
  };
  const literals = Object.entries(foreign).map(([field, value]) => [field, { $literal: value }] as const);
  return { ...Object.fromEntries(literals), createdAt: "$$NOW", availableAt: firstMoment(availableAt) };
}

function firstMoment(availableAt: NewJob["availableAt"]) {
  if (availableAt === undefined) return "$$NOW";
  if (!(availableAt instanceof Date)) return nowPlus(availableAt.delayMs);
  // One that is past means now: what waits longest goes first.
  return { $max: [{ $literal: availableAt }, "$$NOW"] };
}
