import type { Claimant, WorkerOffer, WorkerRegistry } from "../ports/index.ts";
import { LEASE_MS } from "../ports/index.ts";
import { isToCome, nowPlus } from "./server-time.ts";
import type { StoreGuard } from "./store-guard.ts";
import type { WorkerDocument, WorkerModel } from "./worker-model.ts";

const leaseEnd = nowPlus(LEASE_MS);
const leaseRuns = { $expr: isToCome("$leaseUntil") };

/** Leases in Mongo, judged by the server's clock alone. */
export function createWorkerRegistry(workers: WorkerModel, guard: StoreGuard): WorkerRegistry {
  return {
    register: (workerId, offer) =>
      guard(async () => {
        const doc = await workers
          .findOneAndUpdate(
            { _id: workerId },
            [
              {
                $set: {
                  ...literalOffer(offer),
                  epoch: { $add: [{ $ifNull: ["$epoch", 0] }, 1] },
                  leaseUntil: leaseEnd,
                },
              },
            ],
            { upsert: true, returnDocument: "after", updatePipeline: true },
          )
          .lean<WorkerDocument>()
          .orFail();
        return { workerId, epoch: doc.epoch };
      }),

    renew: (life, offer) =>
      guard(async () => {
        const written = await workers.updateOne(
          { ...isLife(life), ...leaseRuns },
          [{ $set: { ...literalOffer(offer), leaseUntil: leaseEnd } }],
          { updatePipeline: true },
        );
        return written.matchedCount === 1;
      }),

    retire: (life) =>
      guard(async () => {
        await workers.updateOne(isLife(life), { $currentDate: { leaseUntil: true } });
      }),

    living: () =>
      guard(async () => {
        const docs = await workers.find(leaseRuns).lean<WorkerDocument[]>();
        return docs.map(({ _id, leaseUntil: _lease, ...record }) => ({ workerId: _id, ...record }));
      }),
  };
}

function isLife({ workerId, epoch }: Claimant) {
  return { _id: workerId, epoch };
}

/** In a pipeline a text that begins with `$` is a field: every foreign value is a literal. */
function literalOffer(offer: WorkerOffer) {
  return Object.fromEntries(Object.entries(offer).map(([key, value]) => [key, { $literal: value }]));
}
