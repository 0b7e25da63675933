import type { Refusal } from "../load/call-log.ts";
import type { RoundRecord } from "../rounds.ts";
import type { Evidence, Violation } from "./evidence.ts";
import { RETURN_MS, hitsMongo, touches } from "./outages.ts";

/** Promised are two seconds; one more for a busy machine. */
const REFUSAL_MS = 3_000;
/** A connection of an API that has just come back may still be of its earlier life. */
const RECONNECT_MS = 2_000;

/** Nothing is refused but with 503 while Mongo is away, or by the closed connection of an API that was hit. */
export function judgeRefusals({ refusals, rounds }: Evidence): Violation[] {
  return refusals.flatMap((refusal) => {
    const why = flawOf(refusal, rounds);
    if (why === undefined) return [];
    const { what, api, detail, tookMs, atMs } = refusal;
    return [
      {
        charge: "refused" as const,
        what: `${what} at ${api}, ${new Date(atMs).toISOString()}: ${detail} after ${tookMs} ms: ${why}`,
      },
    ];
  });
}

function flawOf(refusal: Refusal, rounds: readonly RoundRecord[]): string | undefined {
  const { atMs, tookMs, api, kind, status } = refusal;
  const touching = (tailMs: number) => rounds.filter((round) => touches(round, atMs, atMs + tookMs, tailMs));
  if (kind === "hung") return "no answer at all";
  if (kind === "closed") {
    return touching(RECONNECT_MS).some(({ target }) => target === api) ? undefined : "nobody had hit this API";
  }
  if (status !== 503) return "neither 503 nor a closed connection";
  const outages = touching(RETURN_MS).filter(hitsMongo);
  if (outages.length === 0) return "Mongo was there";
  // A full disk is slow rather than away.
  const isAway = outages.every((round) => round.kind !== "mongo-disk-full");
  return isAway && tookMs > REFUSAL_MS ? "a 503 has to come at once" : undefined;
}
