import type { Exit, ExitReason, JobStatus, LogSpans, ResourceLimits, RetryPolicy, Usage } from "@lambda-lite/shared";
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
  /** Failures of its own code that were retried. */
  failures?: number;
  retry?: RetryPolicy;
  lastFailure?: { reason: ExitReason; error: string; attempt: number };
  /** It failed by spending its fault budget. */
  deadLetter?: true;
  /** The dead letter that this is another try of. */
  redriveOf?: Types.ObjectId;
  idempotencyKey?: string;
  payloadHash?: string;
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
  /** Which parts of `logs` are stderr's. */
  logSpans?: LogSpans;
  /** Of `logs`, in UTF-16 units: known where the text isn't read. */
  logLength?: number;
  error?: string;
  exit?: Exit;
  executionTime?: number;
  queueTime?: number;
  sandboxStartTime?: number;
  cpuTime?: number;
  peakMemoryBytes?: number;
  measured?: Usage["measured"];
  imageDigest?: string;
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
    limits: {
      type: {
        cpus: Number,
        memory: Number,
        timeout: Number,
        logBytes: Number,
        resultBytes: Number,
        pids: Number,
      },
      required: true,
      _id: false,
    },
    status: { type: String, enum: jobStatusSchema.options, required: true },
    attempt: { type: Number, required: true },
    faults: { type: Number, required: true },
    failures: Number,
    retry: {
      type: { maxAttempts: Number, backoff: { type: { type: String }, delayMs: Number, maxDelayMs: Number } },
      _id: false,
    },
    lastFailure: { type: { reason: String, error: String, attempt: Number }, _id: false },
    deadLetter: Boolean,
    redriveOf: Schema.Types.ObjectId,
    idempotencyKey: String,
    payloadHash: String,
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
    logSpans: String,
    logLength: Number,
    error: String,
    exit: {
      type: { reason: { type: String, enum: exitReasonSchema.options }, code: Number, signal: String },
      _id: false,
    },
    executionTime: Number,
    queueTime: Number,
    sandboxStartTime: Number,
    cpuTime: Number,
    peakMemoryBytes: Number,
    measured: String,
    imageDigest: String,
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
// One job per key of an owner; a dead letter is redriven once.
jobDocumentSchema.index(
  { owner: 1, idempotencyKey: 1 },
  { unique: true, partialFilterExpression: { idempotencyKey: { $exists: true } } },
);
jobDocumentSchema.index({ redriveOf: 1 }, { unique: true, partialFilterExpression: { redriveOf: { $exists: true } } });
// Retention: what ended longest ago.
jobDocumentSchema.index(
  { deadLetter: 1, redriveOf: 1, completedAt: 1 },
  { partialFilterExpression: { completedAt: { $exists: true } } },
);
// Dead letters of an owner, the latest first.
jobDocumentSchema.index({ owner: 1, completedAt: -1, _id: -1 }, { partialFilterExpression: { deadLetter: true } });

export type JobModel = Model<JobDocument>;

export function jobModel(connection: Connection): JobModel {
  return connection.model<JobDocument>("Job", jobDocumentSchema);
}
