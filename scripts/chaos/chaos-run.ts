import { setTimeout as sleep } from "node:timers/promises";

import type { Setup } from "../lib/setup.ts";
import { killUntilDead } from "./dead-letter.ts";
import type { DeadLetterResult } from "./dead-letter.ts";
import { allFaults } from "./faults/all-faults.ts";
import { judge } from "./judge/judge.ts";
import type { Evidence, Violation } from "./judge/evidence.ts";
import { createCallLog } from "./load/call-log.ts";
import { createLoad } from "./load/load.ts";
import { runRounds } from "./rounds.ts";
import { createSchedule } from "./schedule.ts";
import { seededRandom } from "./seeded-random.ts";
import { settle } from "./settle.ts";
import { startStack } from "./stack/chaos-stack.ts";
import { SLOTS } from "./stack/services.ts";
import { createJobWatcher } from "./watch/job-watcher.ts";
import { createLeaseWatcher } from "./watch/lease-watcher.ts";
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
  const { seed, only, root, dir } = options;
  const { screen, stop } = setup;
  const beganMs = performance.now();
  const random = seededRandom(seed);
  const stack = await startStack(setup, { root, dir, serviceEnv: { FAULT_BUDGET } });

  const asked = allFaults.filter(({ kind }) => !only || only.includes(kind));
  const skipped = Object.fromEntries(
    asked.flatMap((fault) => {
      const why = fault.problem?.(stack);
      return why === undefined ? [] : [[fault.kind, why] as const];
    }),
  );
  for (const [kind, why] of Object.entries(skipped)) screen.warn(`without ${kind}: ${why}`);
  const faults = asked.filter(({ kind }) => !(kind in skipped));
  const schedule = createSchedule({ ...options, faults, random: random.fork("schedule") });

  const calls = createCallLog((api) => stack.apis[api].url);
  const watcher = createJobWatcher(calls);
  const leases = createLeaseWatcher(stack.database);
  const load = createLoad({
    calls,
    random: random.fork("load"),
    everyMs: options.everyMs,
    unfinished: watcher.unfinished,
    mostUnfinished: MOST_UNFINISHED,
    onAccepted: watcher.expect,
  });
  for (const part of [watcher, leases, load]) {
    part.start();
    setup.supervisor.defer("load and watchers", part.stop);
  }

  const records = await screen.step(`${schedule.length} rounds of seed ${seed}`, (step) =>
    runRounds(schedule, {
      stack,
      faults,
      recoveries: createRecoveries(stack.database),
      random,
      calm: () => calm(watcher.unfinished),
      onChange: (text) => {
        step.progress(text);
        screen.line(
          `  ${((performance.now() - beganMs) / 1000).toFixed(0).padStart(5)} s  ${text} (${watcher.unfinished()} jobs under way)`,
        );
      },
      signal: stop.signal,
    }),
  );
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
    rounds: records,
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

/** Until no more jobs are under way than there are slots, or a minute is over. */
async function calm(unfinished: () => number): Promise<void> {
  for (let seconds = 0; seconds < 60 && unfinished() > 3 * SLOTS; seconds += 1) await sleep(1_000);
}
