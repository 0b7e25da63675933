import { Types } from "mongoose";
import type { JobDocument } from "../mongo/job-model.ts";
import type { WorkerDocument } from "../mongo/worker-model.ts";
import { AppError } from "../ports/index.ts";
import type { JobConsumer, QueueEntry } from "../ports/index.ts";
import { entryName, essence } from "./delivery-model.ts";
import type { Call, Delivery, DeliveryState, ModelJob } from "./delivery-model.ts";
import type { TestBackplane } from "./test-backplane.ts";

/** The backplane as the model is told of it: the jobs, workers and queue of one `group` (owner and pool). */
export interface DeliverySubject {
  make(call: Call): Promise<unknown>;
  /** The jobs as they are stored, by id. */
  readJobs(): Promise<Map<string, JobDocument>>;
  readWorkers(): Promise<DeliveryState["workers"]>;
  close(): Promise<void>;
}

export function openDeliverySubject(backplane: TestBackplane, group: string): DeliverySubject {
  const jobs = backplane.mongo.collection<JobDocument>("jobs");
  const workers = backplane.mongo.collection<WorkerDocument>("workers");
  let consumer: JobConsumer | undefined;
  const taken = new Map<string, QueueEntry>();

  // Time passes by moving dates: the clock that decides is the database's.
  const past = () => new Date(Date.now() - 60_000);
  const change = async (jobId: string, fields: Partial<JobDocument>) => {
    await jobs.updateOne({ _id: new Types.ObjectId(jobId) }, { $set: fields });
  };
  const delivery: Delivery = {
    ...backplane.jobs,
    ...backplane.workers,
    async leaseRunsOut(workerId) {
      await workers.updateOne({ _id: workerId }, { $set: { leaseUntil: past() } });
    },
    delayPasses: (jobId) => change(jobId, { availableAt: past() }),
    deadlinePasses: (jobId) => change(jobId, { deadline: past() }),
    async reconcile() {
      const due = (await backplane.jobs.due(null, 1_000)).filter(({ pool }) => pool === group);
      const queued = await backplane.queue.has(due);
      const missing = due.filter((_, index) => !queued[index]).toSorted((a, b) => (a.id < b.id ? -1 : 1));
      for (const attempt of missing) await backplane.queue.enqueue(attempt);
      return missing.map(entryName);
    },
    async take() {
      consumer ??= backplane.openConsumer(group);
      const entry = await consumer.next();
      if (!entry) return undefined;
      taken.set(entryName(entry.attempt), entry);
      return entryName(entry.attempt);
    },
    async ack(name) {
      await taken.get(name)?.ack();
      taken.delete(name);
    },
  };

  return {
    async make({ name, args }) {
      const method = delivery[name] as (...all: readonly unknown[]) => Promise<unknown>;
      const answer = await method(...args).catch((error: unknown) => {
        if (error instanceof AppError) return error.code;
        throw error;
      });
      return essence(answer);
    },
    async readJobs() {
      const documents = await jobs.find({ owner: group }).sort({ _id: 1 }).toArray();
      return new Map(documents.map((document) => [document._id.toHexString(), document]));
    },
    async readWorkers() {
      const documents = await workers.find({ pool: group }).toArray();
      const now = new Date();
      return new Map(documents.map(({ _id, epoch, leaseUntil }) => [_id, { epoch, leaseRuns: leaseUntil > now }]));
    },
    async close() {
      for (const entry of taken.values()) await entry.ack();
      await consumer?.close();
    },
  };
}

/** A stored job in the model's terms. */
export function toModelJob(document: JobDocument): ModelJob {
  const { status, attempt, revision, faults, token, workerId, workerEpoch, idempotencyKey, payloadHash } = document;
  const now = new Date();
  return {
    id: document._id.toHexString(),
    exit: document.exit?.reason,
    failures: document.failures ?? 0,
    deadLetter: document.deadLetter ?? false,
    cancelAsked: document.cancelRequestedAt !== undefined,
    due: document.availableAt <= now,
    overdue: document.deadline !== undefined && document.deadline < now,
    retries: document.retry !== undefined,
    redriveOf: document.redriveOf?.toHexString(),
    status,
    attempt,
    revision,
    faults,
    token,
    workerId,
    workerEpoch,
    idempotencyKey,
    payloadHash,
  };
}
