import { FAULT_BUDGET } from "@lambda-lite/shared";
import type { PipelineStage } from "mongoose";
import type { Return } from "../ports/index.ts";

type SetStage = PipelineStage.Set | PipelineStage.Unset;

const isPending = { $eq: ["$status", "PENDING"] };
const cancelAsked = { $ne: [{ $type: "$cancelRequestedAt" }, "missing"] };

/**
 * The one update behind `release` and `expire`: RUNNING → CANCELLED if a cancel was asked, → FAILED
 * if this fault spends the budget, else → PENDING and runnable now. A foreign value is always a
 * `$literal`: a text that begins with `$` would otherwise be read as a field.
 */
export function giveBackPipeline({ reason, countsAsFault, error }: Return): SetStage[] {
  return [
    { $set: { faults: { $add: ["$faults", countsAsFault ? 1 : 0] } } },
    {
      $set: {
        revision: { $add: ["$revision", 1] },
        status: {
          $switch: {
            branches: [
              { case: cancelAsked, then: "CANCELLED" },
              { case: { $and: [countsAsFault, { $gte: ["$faults", FAULT_BUDGET] }] }, then: "FAILED" },
            ],
            default: "PENDING",
          },
        },
      },
    },
    {
      $set: {
        availableAt: { $cond: [isPending, "$$NOW", "$availableAt"] },
        completedAt: { $cond: [isPending, "$$REMOVE", "$$NOW"] },
        exit: {
          $switch: {
            branches: [
              { case: isPending, then: "$$REMOVE" },
              { case: { $eq: ["$status", "CANCELLED"] }, then: { $literal: { reason: "CANCELLED" } } },
            ],
            default: { $literal: { reason } },
          },
        },
        error: { $cond: [{ $eq: ["$status", "FAILED"] }, { $literal: error }, "$$REMOVE"] },
      },
    },
    { $unset: ["token", "deadline", "startedAt", "queueTime", "workerId", "workerEpoch"] },
  ];
}
