import type { FaultTraits } from "./fault.ts";
import type { SeededRandom } from "./seeded-random.ts";
import { isApi, isWorker } from "./stack/parts.ts";
import type { PartName } from "./stack/parts.ts";

/** One blow, planned. */
export interface Round {
  number: number;
  kind: string;
  target: PartName;
  /** Since the beginning of the load. */
  startMs: number;
  /** From the blow to the healing. */
  durationMs: number;
  /** When the target should work as before. */
  endMs: number;
  /** Nothing else is going on. */
  alone: boolean;
}

export interface ScheduleOptions {
  faults: readonly FaultTraits[];
  rounds: number;
  random: SeededRandom;
  /** How many rounds may be going on at once. */
  width: number;
  /** No round is longer than that from its blow to its healing, in ms. */
  longestMs?: number;
}

/** The load runs undisturbed first, in ms. */
const CALM_MS = 4_000;
/** Before a round that is alone the backlog is worked off, in ms. */
const QUIET_MS = 15_000;
/** Of each kind that has rounds alone, so many of a hundred rounds are. */
const ALONE_OF_HUNDRED = 2;
/** Pause between two blows, in ms: shortest and longest. */
const GAP_MS = [500, 3_000] as const;

/** Seed → rounds: which kind strikes what, when, and for how long. Pure: the same seed gives the same schedule. */
export function createSchedule({ faults, rounds, random, width, longestMs = Infinity }: ScheduleOptions): Round[] {
  const planned: Round[] = [];
  let floorMs = CALM_MS;
  for (const { fault, alone } of random.shuffled(deal(faults, rounds))) {
    const target = random.pick(fault.targets);
    const usualMs = alone && fault.alone ? fault.alone.durationMs : random.integer(...fault.durationMs);
    const durationMs = Math.min(usualMs, longestMs);
    const draft = { number: planned.length + 1, kind: fault.kind, target, durationMs, alone };
    const lengthMs = durationMs + fault.recoveryMs;
    const latestEndMs = Math.max(0, ...planned.map(({ endMs }) => endMs));
    const startMs = alone
      ? Math.max(floorMs, latestEndMs + QUIET_MS)
      : earliest(floorMs, planned, (ms) => fits(target, activeBetween(planned, ms, ms + lengthMs), width));
    planned.push({ ...draft, startMs, endMs: startMs + lengthMs });
    floorMs = alone ? startMs + lengthMs : startMs + random.integer(...GAP_MS);
  }
  return planned;
}

interface Card {
  fault: FaultTraits;
  alone: boolean;
}

/** As many cards as rounds: one of each kind while there is room for all, and the others by their shares. */
function deal(faults: readonly FaultTraits[], rounds: number): Card[] {
  if (faults.length === 0) return [];
  const alone = faults
    .filter((fault) => fault.alone)
    .flatMap((fault) => repeat(Math.floor((ALONE_OF_HUNDRED * rounds) / 100), { fault, alone: true }));
  const left = rounds - alone.length;
  const each = left >= faults.length ? faults : [];
  const shares = faults.reduce((sum, { share }) => sum + share, 0);
  const exact = faults.map((fault) => ({ fault, count: ((left - each.length) * fault.share) / shares }));
  const whole = exact.flatMap(({ fault, count }) => repeat(Math.floor(count), fault));
  const rest = exact.toSorted((a, b) => (b.count % 1) - (a.count % 1)).map(({ fault }) => fault);
  const overlapping = [...each, ...whole, ...rest].slice(0, left);
  return [...alone, ...overlapping.map((fault) => ({ fault, alone: false }))];
}

const repeat = <T>(count: number, item: T): T[] => Array.from({ length: count }, () => item);

/** The first moment from `fromMs` on that is good: something only changes when a round ends. */
function earliest(fromMs: number, planned: readonly Round[], isGood: (ms: number) => boolean): number {
  const ends = planned.map(({ endMs }) => endMs).filter((ms) => ms > fromMs);
  const moments = [fromMs, ...ends.toSorted((a, b) => a - b)];
  return moments.find(isGood) ?? fromMs;
}

function activeBetween(planned: readonly Round[], fromMs: number, toMs: number): Round[] {
  return planned.filter(({ startMs, endMs }) => startMs < toMs && endMs > fromMs);
}

/** What may be out at once: never all workers, never both APIs, nothing twice. */
function fits(target: PartName, active: readonly Round[], width: number): boolean {
  const targets = active.map((round) => round.target);
  if (active.length >= width || targets.includes(target)) return false;
  if (isWorker(target) && targets.filter(isWorker).length >= 2) return false;
  if (isApi(target) && targets.some(isApi)) return false;
  // While the engine is away there is no container to kill.
  if (target === "sandbox") return !targets.includes("docker");
  return target !== "docker" || !targets.includes("sandbox");
}
