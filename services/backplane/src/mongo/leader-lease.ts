import type { Connection } from "mongoose";
import { Schema } from "mongoose";
import { LEADER_LEASE_MS } from "../ports/index.ts";
import type { LeaderLease } from "../ports/index.ts";
import { isToCome, nowPlus } from "./server-time.ts";
import { guardAll } from "./store-guard.ts";
import type { StoreGuard } from "./store-guard.ts";

interface LeaseDocument {
  _id: string;
  holder: string;
  leaseUntil: Date;
}

const leaseSchema = new Schema<LeaseDocument>(
  {
    _id: { type: String, required: true },
    holder: { type: String, required: true },
    leaseUntil: { type: Date, required: true },
  },
  { versionKey: false, strict: "throw", collection: "leases" },
);

/** One document per name. The update looks at the lease itself, so that two takers can't both succeed. */
export function createLeaderLease(connection: Connection, guard: StoreGuard): LeaderLease {
  const leases = connection.model<LeaseDocument>("Lease", leaseSchema);
  const lease: LeaderLease = {
    async hold(name, holder) {
      const mine = { $or: [{ $eq: ["$holder", { $literal: holder }] }, { $not: [isToCome("$leaseUntil")] }] };
      const taken = await leases
        .findOneAndUpdate(
          { _id: name, $expr: mine },
          [{ $set: { holder: { $literal: holder }, leaseUntil: nowPlus(LEADER_LEASE_MS) } }],
          { updatePipeline: true },
        )
        .lean<LeaseDocument>();
      if (taken) return true;
      // Nobody ever held it, or somebody else does.
      const made = await leases.updateOne(
        { _id: name },
        [
          {
            $set: {
              holder: { $ifNull: ["$holder", { $literal: holder }] },
              leaseUntil: { $ifNull: ["$leaseUntil", nowPlus(LEADER_LEASE_MS)] },
            },
          },
        ],
        { upsert: true, updatePipeline: true },
      );
      return made.upsertedCount === 1;
    },

    async resign(name, holder) {
      await leases.updateOne({ _id: name, holder }, { $currentDate: { leaseUntil: true } });
    },
  };
  return guardAll(lease, guard);
}
