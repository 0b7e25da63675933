import type { RoundRecord } from "../rounds.ts";
import { isWorker } from "../stack/parts.ts";

/** A store that comes back is found within ten seconds; two more for a busy machine. */
export const RETURN_MS = 12_000;

/** Whether the round was going on at some time in the span, or had ended at most `tailMs` before. */
export function touches(round: RoundRecord, fromMs: number, toMs: number, tailMs = 0): boolean {
  return round.fromMs <= toMs && round.toMs + tailMs >= fromMs;
}

export const hitsMongo = ({ target }: RoundRecord) => target === "mongo";
export const hitsRedis = ({ target }: RoundRecord) => target === "redis";

/** Whether a service finds something of what it needs away. */
export function deprives({ target, kind }: RoundRecord, service: string): boolean {
  if (target === "redis" || target === "mongo" || target === "docker") return true;
  return isWorker(target) && target === service && /partition|late-packets/.test(kind);
}
