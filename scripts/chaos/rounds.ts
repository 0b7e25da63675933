import { setTimeout as sleep } from "node:timers/promises";

import type { Fault, Scene } from "./fault.ts";
import type { Round } from "./schedule.ts";
import type { SeededRandom } from "./seeded-random.ts";
import type { ChaosStack } from "./stack/chaos-stack.ts";
import type { PartName } from "./stack/parts.ts";
import type { Recoveries, Recovery } from "./watch/recoveries.ts";

/** What a round came to. Times are Unix times in ms. */
export interface RoundRecord {
  number: number;
  kind: string;
  target: PartName;
  alone: boolean;
  /** The blow begins. */
  fromMs: number;
  /** Healing begins. */
  healMs: number;
  /** The target is up again. */
  toMs: number;
  /** What was done, how often. */
  hits: Record<string, number>;
  facts: Record<string, number>;
  recoveries: Recovery[];
  /** The harness couldn't do what it meant to. */
  error?: string;
}

export interface RoundsDeps {
  stack: ChaosStack;
  faults: readonly Fault[];
  recoveries: Recoveries;
  random: SeededRandom;
  /** Resolves when the backlog is worked off, before a round that is alone. */
  calm: () => Promise<void>;
  onChange: (text: string) => void;
  signal: AbortSignal;
}

/** Runs all rounds, each at its time; resolves when the last one is healed and every recovery was followed. */
export async function runRounds(schedule: readonly Round[], deps: RoundsDeps): Promise<RoundRecord[]> {
  const records: RoundRecord[] = [];
  let overMs = 0;
  for (const group of groupsOf(schedule)) {
    if (group[0]?.alone) await deps.calm();
    // Times are planned for the whole; a group that took longer than planned moves those after it.
    records.push(...(await runGroup(group, Date.now() - overMs, deps)));
    overMs = Math.max(...group.map(({ startMs, durationMs }) => startMs + durationMs));
  }
  return records;
}

/** A round that is alone is a group of its own; what lies between two of them overlaps. */
function groupsOf(schedule: readonly Round[]): Round[][] {
  const groups: Round[][] = [];
  for (const round of schedule) {
    const last = groups.at(-1);
    if (!last || round.alone || last[0]?.alone) groups.push([round]);
    else last.push(round);
  }
  return groups;
}

async function runGroup(group: readonly Round[], beganMs: number, deps: RoundsDeps): Promise<RoundRecord[]> {
  const turns = createTurns();
  return Promise.all(
    group.map(async (round) => {
      await sleep(Math.max(0, beganMs + round.startMs - Date.now()), undefined, { signal: deps.signal });
      // A part that takes longer than planned must not be hit twice at once.
      const { record, followed } = await turns(round.target, () => runRound(round, deps));
      await Promise.all(followed);
      return record;
    }),
  );
}

interface RunRound {
  record: RoundRecord;
  followed: Array<Promise<void>>;
}

async function runRound(round: Round, deps: RoundsDeps): Promise<RunRound> {
  const { number, kind, target, alone, durationMs } = round;
  const { signal, onChange } = deps;
  const fault = deps.faults.find((known) => known.kind === kind);
  if (!fault) throw new Error(`there is no fault ${kind}`);
  const times = { fromMs: Date.now(), healMs: 0, toMs: 0 };
  const record: RoundRecord = { number, kind, target, alone, ...times, hits: {}, facts: {}, recoveries: [] };
  const followed: Array<Promise<void>> = [];
  const label = `round ${number}: ${kind}, ${target}${alone ? ", alone" : ""}`;
  try {
    onChange(label);
    const heal = await fault.inject(sceneOf(round, record, { deps, followed }));
    await sleep(durationMs, undefined, { signal });
    record.healMs = Date.now();
    await heal();
  } catch (error) {
    signal.throwIfAborted();
    record.error = error instanceof Error ? error.message : String(error);
  }
  record.toMs = Date.now();
  onChange(
    `${label}: over after ${((record.toMs - record.fromMs) / 1000).toFixed(1)} s${record.error ? `, ${record.error}` : ""}`,
  );
  return { record, followed };
}

function sceneOf(
  round: Round,
  record: RoundRecord,
  { deps, followed }: { deps: RoundsDeps } & Pick<RunRound, "followed">,
): Scene {
  const { stack, recoveries, random } = deps;
  return {
    stack,
    target: round.target,
    random: random.fork(`round ${round.number}`),
    heldBy: recoveries.heldBy,
    follow(held, after, lostAtMs) {
      followed.push(recoveries.follow(held, after, lostAtMs).then((found) => void record.recoveries.push(...found)));
    },
    hit: (how) => void (record.hits[how] = (record.hits[how] ?? 0) + 1),
    fact: (name, value) => void (record.facts[name] = value),
  };
}

/** One at a time for each part. */
function createTurns() {
  const last = new Map<PartName, Promise<unknown>>();
  return <T>(part: PartName, work: () => Promise<T>): Promise<T> => {
    const turn = (last.get(part) ?? Promise.resolve()).then(work);
    last.set(
      part,
      turn.catch(() => undefined),
    );
    return turn;
  };
}
