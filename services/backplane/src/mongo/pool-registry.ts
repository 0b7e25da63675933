import { DEFAULT_POOL } from "@lambda-lite/shared";
import type { QueueState } from "@lambda-lite/shared";
import type { Connection } from "mongoose";
import { Schema } from "mongoose";
import type { PoolRegistry } from "../ports/index.ts";
import { guardAll } from "./store-guard.ts";
import type { StoreGuard } from "./store-guard.ts";
import type { WorkerModel } from "./worker-model.ts";

interface PoolDocument {
  _id: string;
  paused: boolean;
  changedAt: Date;
}

const poolSchema = new Schema<PoolDocument>(
  {
    _id: { type: String, required: true },
    paused: { type: Boolean, required: true },
    changedAt: { type: Date, required: true },
  },
  { versionKey: false, strict: "throw", collection: "pools" },
);

/** A document for each pool that was paused once; one without runs. */
export function createPoolRegistry(connection: Connection, workers: WorkerModel, guard: StoreGuard): PoolRegistry {
  const pools = connection.model<PoolDocument>("Pool", poolSchema);
  const registry: PoolRegistry = {
    async setPaused(pool, paused) {
      const doc = await pools
        .findOneAndUpdate(
          { _id: pool },
          [
            {
              $set: {
                // Said twice is changed once.
                changedAt: { $cond: [{ $eq: ["$paused", paused] }, "$changedAt", "$$NOW"] },
                paused,
              },
            },
          ],
          { upsert: true, returnDocument: "after", updatePipeline: true },
        )
        .lean<PoolDocument>()
        .orFail();
      return toState(doc);
    },

    async isPaused(pool) {
      const doc = await pools.findById(pool).lean<PoolDocument>();
      return doc?.paused ?? false;
    },

    async list() {
      const [docs, offered] = await Promise.all([pools.find().lean<PoolDocument[]>(), workers.distinct("pool")]);
      const decided = new Map(docs.map((doc) => [doc._id, toState(doc)]));
      const names = new Set([DEFAULT_POOL, ...(offered as string[]), ...decided.keys()]);
      return [...names].toSorted().map((pool) => decided.get(pool) ?? { pool, paused: false });
    },
  };
  return guardAll(registry, guard);
}

function toState({ _id, paused, changedAt }: PoolDocument): QueueState {
  return { pool: _id, paused, changedAt: changedAt.toISOString() };
}
