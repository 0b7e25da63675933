import type { Charge, Evidence, Violation } from "./evidence.ts";
import { judgeJobs } from "./jobs.ts";
import { judgePromises } from "./promises.ts";
import { judgeRefusals } from "./refusals.ts";

/** In the order of the report. */
export const charges: readonly Charge[] = [
  "lost",
  "doubled",
  "wrong",
  "left over",
  "refused",
  "late",
  "crashed",
  "harness",
];

/** Pure: what was seen → every promise that it breaks. */
export function judge(evidence: Evidence): Violation[] {
  return [
    ...judgeJobs(evidence),
    ...judgeRefusals(evidence),
    ...judgePromises(evidence),
    ...evidence.leftovers.map((what) => ({ charge: "left over" as const, what })),
    ...evidence.deadLetterFlaws.map((flaw) => ({ charge: "wrong" as const, what: `the dead letter: ${flaw}` })),
    ...evidence.rounds.flatMap(({ number, kind, error }) =>
      error === undefined ? [] : [{ charge: "harness" as const, what: `round ${number}, ${kind}: ${error}` }],
    ),
  ];
}
