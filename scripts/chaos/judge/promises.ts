import type { RoundRecord } from "../rounds.ts";
import type { Evidence, Violation } from "./evidence.ts";
import { deprives, touches } from "./outages.ts";

/** Promised; the second figure has a margin for a busy machine. */
export const AGAIN_MS = { kill: 30_000, drain: 2_000 };
const MARGIN_MS = { kill: 0, drain: 1_000 };

/** What is promised in seconds, where nothing else went on; and that nothing of ours ended by itself. */
export function judgePromises(evidence: Evidence): Violation[] {
  return [
    ...evidence.rounds.filter(({ alone }) => alone).flatMap(judgeRecoveries),
    ...judgeIncidents(evidence),
    ...evidence.revivedLeases.map(({ workerId, epoch, overForMs }) => ({
      charge: "wrong" as const,
      what: `the lease of ${workerId}, epoch ${epoch}, ran again ${overForMs} ms after it was over`,
    })),
  ];
}

function judgeRecoveries({ number, recoveries }: RoundRecord): Violation[] {
  return recoveries.flatMap(({ id, after, againMs }) => {
    if (againMs !== undefined && againMs <= AGAIN_MS[after] + MARGIN_MS[after]) return [];
    const took = againMs === undefined ? "wasn't seen to run again" : `ran again after ${againMs} ms`;
    return [{ charge: "late" as const, what: `round ${number}: job ${id} ${took}, after a ${after}` }];
  });
}

/** Servers may end by themselves, of a full disk say; services never, unless they can't start without what they need. */
function judgeIncidents({ incidents, rounds }: Evidence): Violation[] {
  return incidents
    .filter(({ program }) => /^(api|worker)-/.test(program))
    .flatMap(({ atMs, program, kind, what }) => {
      const around = rounds.filter((round) => touches(round, atMs - 60_000, atMs, 5_000));
      if (kind !== "crash" && around.some((round) => deprives(round, program))) return [];
      return [{ charge: "crashed" as const, what: `${program}, ${new Date(atMs).toISOString()}: ${what}` }];
    });
}
