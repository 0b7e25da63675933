import { setTimeout as sleep } from "node:timers/promises";

import type { Setup } from "../lib/setup.ts";
import { killUntilDead } from "./dead-letter.ts";
import type { DeadLetterResult } from "./dead-letter.ts";
import type { Fault } from "./fault.ts";
import { allFaults } from "./faults/all-faults.ts";
import type { Evidence, Violation } from "./judge/evidence.ts";
import { judge } from "./judge/judge.ts";
import { createCallLog } from "./load/call-log.ts";
import type { CallLog } from "./load/call-log.ts";
import { createLoad } from "./load/load.ts";
import type { Load } from "./load/load.ts";
import { runRounds } from "./rounds.ts";
import type { RoundRecord } from "./rounds.ts";
import { createSchedule } from "./schedule.ts";
import { seededRandom } from "./seeded-random.ts";
import { settle } from "./settle.ts";
import { startStack } from "./stack/chaos-stack.ts";
import type { ChaosStack } from "./stack/chaos-stack.ts";
import { SLOTS } from "./stack/services.ts";
import { createJobWatcher } from "./watch/job-watcher.ts";
import type { JobWatcher } from "./watch/job-watcher.ts";
import { createLeaseWatcher } from "./watch/lease-watcher.ts";
import type { LeaseWatcher } from "./watch/lease-watcher.ts";
import { createRecoveries } from "./watch/recoveries.ts";

export interface ChaosOptions {
  seed: number;
  rounds: number;
  /** Kinds of faults; all by default. */
  only?: readonly string[];
  /** The checkout whose services are run. */
  root: string;
  /** Where the run keeps its data and logs. */
  dir: string;
  /** Pause between two submissions, in ms. */
  everyMs: number;
  /** How many faults may be going on at once. */
  width: number;
  /** Longest time from a blow to its healing, in ms. */
  longestMs?: number;
  /** Whether to end with the scenario of the dead letter: a minute or more. */
  deadLetter: boolean;
}

export interface ChaosResult {
  seed: number;
  seconds: number;
  /** Kinds that this machine can't have, and why. */
  skipped: Record<string, string>;
  evidence: Evidence;
  deadLetter?: DeadLetterResult;
  /** How long the load was held back, because too much was under way. */
  heldBackMs: number;
  calls: { submit: number; read: number };
  violations: Violation[];
}

/** Lifted: what is judged is that nothing is lost, not when the platform gives up. */
const FAULT_BUDGET = "1000";
/** Jobs under way at which the load waits. */
const MOST_UNFINISHED = 250;
/** The load goes on undisturbed after the last round, in ms. */
const AFTER_MS = 3_000;

/** Starts a stack of its own, breaks it as planned, and judges what was seen. */
export async function runChaos(setup: Setup, options: ChaosOptions): Promise<ChaosResult> {
  const { root, dir, seed } = options;
  const { screen } = setup;
  const beganMs = performance.now();
  const stack = await startStack(setup, { root, dir, serviceEnv: { FAULT_BUDGET } });
  const asked = allFaults.filter(({ kind }) => !options.only || options.only.includes(kind));
  const skipped = problemsOf(asked, stack);
  for (const [kind, why] of Object.entries(skipped)) screen.warn(`without ${kind}: ${why}`);
  const faults = asked.filter(({ kind }) => !(kind in skipped));

  const { watcher, leases, load, calls } = watchAndLoad(setup, stack, options);
  const rounds = await playRounds(setup, stack, { options, faults, watcher });
  await sleep(AFTER_MS);
  await load.stop();
  const { reads, leftovers } = await screen.step("Settling", (step) => settle(stack, watcher, step.progress));
  await leases.stop();
  const deadLetter = options.deadLetter
    ? await screen.step("A job that is killed until it is given up", () => killUntilDead(stack))
    : undefined;

  const evidence: Evidence = {
    submissions: load.submissions,
    sightings: watcher.sightings,
    missing: watcher.missing,
    reads,
    refusals: calls.refusals,
    rounds,
    incidents: stack.incidents,
    revivedLeases: leases.revived,
    leftovers,
    deadLetterFlaws: deadLetter?.flaws ?? [],
  };
  return {
    seed,
    seconds: Math.round((performance.now() - beganMs) / 1000),
    skipped,
    evidence,
    ...(deadLetter ? { deadLetter } : {}),
    heldBackMs: load.heldBackMs(),
    calls: calls.counts,
    violations: judge(evidence),
  };
}

function problemsOf(faults: readonly Fault[], stack: ChaosStack): Record<string, string> {
  const problems = faults.map((fault) => [fault.kind, fault.problem?.(stack)] as const);
  return Object.fromEntries(problems.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

interface Watched {
  calls: CallLog;
  watcher: JobWatcher;
  leases: LeaseWatcher;
  load: Load;
}

/** Everything that goes on beside the rounds, started. */
function watchAndLoad(setup: Setup, stack: ChaosStack, { seed, everyMs }: ChaosOptions): Watched {
  const calls = createCallLog((api) => stack.apis[api].url);
  const watcher = createJobWatcher(calls);
  const leases = createLeaseWatcher(stack.database);
  const load = createLoad({
    calls,
    random: seededRandom(seed).fork("load"),
    everyMs,
    unfinished: watcher.unfinished,
    mostUnfinished: MOST_UNFINISHED,
    onAccepted: watcher.expect,
  });
  for (const part of [watcher, leases, load]) {
    part.start();
    setup.supervisor.defer("load and watchers", part.stop);
  }
  return { calls, watcher, leases, load };
}

interface Play {
  options: ChaosOptions;
  faults: readonly Fault[];
  watcher: JobWatcher;
}

function playRounds({ screen, stop }: Setup, stack: ChaosStack, play: Play): Promise<RoundRecord[]> {
  const { options, faults, watcher } = play;
  const random = seededRandom(options.seed);
  const schedule = createSchedule({ ...options, faults, random: random.fork("schedule") });
  const beganMs = performance.now();
  return screen.step(`${schedule.length} rounds of seed ${options.seed}`, (step) =>
    runRounds(schedule, {
      stack,
      faults,
      recoveries: createRecoveries(stack.database),
      random,
      calm: () => calm(watcher.unfinished),
      onChange(text) {
        step.progress(text);
        const seconds = ((performance.now() - beganMs) / 1000).toFixed(0);
        screen.line(`  ${seconds.padStart(5)} s  ${text} (${watcher.unfinished()} jobs under way)`);
      },
      signal: stop.signal,
    }),
  );
}

/** Until no more jobs are under way than there are slots, or a minute is over. */
async function calm(unfinished: () => number): Promise<void> {
  for (let seconds = 0; seconds < 60 && unfinished() > 3 * SLOTS; seconds += 1) await sleep(1_000);
}
