import type { Connection, Model } from "mongoose";
import { Schema } from "mongoose";

/** One worker and the lease of its present life. */
export interface WorkerDocument {
  _id: string;
  /** Counts this worker's lives; only rises. */
  epoch: number;
  leaseUntil: Date;
  engineId: string;
  pool: string;
  runtimes: string[];
  isolations: string[];
  slots: number;
  busy: number;
}

const workerDocumentSchema = new Schema<WorkerDocument>(
  {
    _id: { type: String, required: true },
    epoch: { type: Number, required: true },
    leaseUntil: { type: Date, required: true },
    engineId: { type: String, required: true },
    pool: { type: String, required: true },
    runtimes: { type: [String], required: true },
    isolations: { type: [String], required: true },
    slots: { type: Number, required: true },
    busy: { type: Number, required: true },
  },
  { versionKey: false, strict: "throw", collection: "workers" },
);

// Pods come and go under new names: their records go a day after their last life.
workerDocumentSchema.index({ leaseUntil: 1 }, { expireAfterSeconds: 24 * 60 * 60 });

export type WorkerModel = Model<WorkerDocument>;

export function workerModel(connection: Connection): WorkerModel {
  return connection.model<WorkerDocument>("Worker", workerDocumentSchema);
}
