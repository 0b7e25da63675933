import type { Exit, JobStatus, ResourceLimits } from "@lambda-lite/shared";
import { exitReasonSchema, jobStatusSchema } from "@lambda-lite/shared";
import type { Connection, Model, Types } from "mongoose";
import { Schema } from "mongoose";

/** Readers accept this version and the one before: rolling upgrades and rollbacks meet both. */
export const SCHEMA_VERSION = 1;

/**
 * A job as stored. `argsJson` and `resultJson` are JSON *text*: Mongo refuses 100 levels of nesting
 * and keys like `$where`, and would lose `__proto__`.
 */
export interface JobDocument {
  _id: Types.ObjectId;
  schemaVersion: number;
  /** Counts transitions; of two states of a job, the higher one is the newer. */
  revision: number;
  owner: string;
  pool: string;
  priority: number;
  /** False while admission control holds the job back from the queue. */
  admitted: boolean;
  code: string;
  argsJson: string;
  limits: ResourceLimits;
  status: JobStatus;
  /** Counts claims; only rises. */
  attempt: number;
  /** Faults of the platform so far. */
  faults: number;
  /** Not to be run before. */
  availableAt: Date;
  createdAt: Date;
  startedAt?: Date;
  completedAt?: Date;
  cancelRequestedAt?: Date;
  /** Holder of a RUNNING job. */
  token?: string;
  workerId?: string;
  workerEpoch?: number;
  /** Latest moment at which its worker could still be at it. */
  deadline?: Date;
  resultJson?: string;
  logs?: string;
  error?: string;
  exit?: Exit;
  executionTime?: number;
  queueTime?: number;
  sandboxStartTime?: number;
}

const jobDocumentSchema = new Schema<JobDocument>(
  {
    _id: { type: Schema.Types.ObjectId, required: true },
    schemaVersion: { type: Number, required: true },
    revision: { type: Number, required: true },
    owner: { type: String, required: true },
    pool: { type: String, required: true },
    priority: { type: Number, required: true },
    admitted: { type: Boolean, required: true },
    code: { type: String, required: true },
    argsJson: { type: String, required: true },
    limits: { type: { cpus: Number, memory: Number, timeout: Number }, required: true, _id: false },
    status: { type: String, enum: jobStatusSchema.options, required: true },
    attempt: { type: Number, required: true },
    faults: { type: Number, required: true },
    availableAt: { type: Date, required: true },
    createdAt: { type: Date, required: true },
    startedAt: Date,
    completedAt: Date,
    cancelRequestedAt: Date,
    token: String,
    workerId: String,
    workerEpoch: Number,
    deadline: Date,
    resultJson: String,
    logs: String,
    error: String,
    exit: {
      type: { reason: { type: String, enum: exitReasonSchema.options }, code: Number, signal: String },
      _id: false,
    },
    executionTime: Number,
    queueTime: Number,
    sandboxStartTime: Number,
  },
  { versionKey: false, strict: "throw", collection: "jobs" },
);

// Lists, newest first: of an owner, of an owner by status; and the same over all owners.
jobDocumentSchema.index({ owner: 1, createdAt: -1, _id: -1 });
jobDocumentSchema.index({ owner: 1, status: 1, createdAt: -1, _id: -1 });
jobDocumentSchema.index({ status: 1, createdAt: -1 });
jobDocumentSchema.index({ createdAt: -1 });
// The reconciler's walk over what could run now.
jobDocumentSchema.index({ status: 1, admitted: 1, availableAt: 1, _id: 1 });
// The reconciler's walk over what runs, and a worker's look at what it holds.
jobDocumentSchema.index({ status: 1, _id: 1 });

export type JobModel = Model<JobDocument>;

export function jobModel(connection: Connection): JobModel {
  return connection.model<JobDocument>("Job", jobDocumentSchema);
}
