import type { PipelineStage } from "mongoose";
import type { Return } from "../ports/index.ts";
import { nowPlus } from "./server-time.ts";

type SetStage = PipelineStage.Set | PipelineStage.Unset;

const isPending = { $eq: ["$status", "PENDING"] };
const cancelAsked = { $ne: [{ $type: "$cancelRequestedAt" }, "missing"] };
/** In a pipeline a text that begins with `$` is a field: every foreign value is a literal. */
const literal = (value: unknown) => ({ $literal: value });
const count = (field: string, one: boolean) => ({ $add: [{ $ifNull: [field, 0] }, one ? 1 : 0] });

/**
 * The one update behind `release` and `expire`: RUNNING → CANCELLED if a cancel was asked, → FAILED and a dead letter
 * if this fault spends the budget, else → PENDING, runnable when its pause is over.
 */
export function giveBackPipeline({ reason, countsAs, error, delayMs }: Return, faultBudget: number): SetStage[] {
  const isFault = countsAs === "fault";
  const spent = isFault ? { $gte: ["$faults", faultBudget] } : false;
  return [
    { $set: { faults: count("$faults", isFault), failures: count("$failures", countsAs === "failure") } },
    {
      $set: {
        revision: { $add: ["$revision", 1] },
        status: {
          $switch: {
            branches: [
              { case: cancelAsked, then: "CANCELLED" },
              { case: spent, then: "FAILED" },
            ],
            default: "PENDING",
          },
        },
        ...(countsAs === "nothing"
          ? {}
          : { lastFailure: { reason: literal(reason), error: literal(error), attempt: "$attempt" } }),
      },
    },
    {
      $set: {
        availableAt: { $cond: [isPending, nowPlus(delayMs), "$availableAt"] },
        completedAt: { $cond: [isPending, "$$REMOVE", "$$NOW"] },
        exit: {
          $switch: {
            branches: [
              { case: isPending, then: "$$REMOVE" },
              { case: { $eq: ["$status", "CANCELLED"] }, then: literal({ reason: "CANCELLED" }) },
            ],
            default: literal({ reason }),
          },
        },
        error: { $cond: [{ $eq: ["$status", "FAILED"] }, literal(error), "$$REMOVE"] },
        deadLetter: { $cond: [{ $eq: ["$status", "FAILED"] }, true, "$$REMOVE"] },
      },
    },
    { $unset: ["token", "deadline", "startedAt", "queueTime", "workerId", "workerEpoch"] },
  ];
}
