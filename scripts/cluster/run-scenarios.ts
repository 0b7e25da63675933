import { setTimeout as sleep } from "node:timers/promises";

import type { Screen } from "../lib/screen.ts";
import type { Lab } from "./lab.ts";
import { Skipped } from "./scenario.ts";
import type { Outcome, Scenario } from "./scenario.ts";
import type { Timeline } from "./timeline.ts";

/**
 * One after the other; a scenario that fails doesn't keep the next from running. None starts after the deadline, or once
 * somebody wishes to stop.
 */
export async function runScenarios(
  scenarios: Scenario[],
  lab: Lab,
  { screen, deadline, signal }: { screen: Screen; deadline: number; signal: AbortSignal },
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const scenario of scenarios) {
    if (signal.aborted) break;
    const outcome = await runOne(scenario, lab, deadline);
    const figures = Object.entries(outcome.facts).map(([key, value]) => `${key} ${value}`);
    const detail = outcome.error ? `\n  ${outcome.error}` : figures.join(", ");
    screen.line(`${outcome.result.padEnd(7)} ${scenario.name} (${outcome.seconds} s) ${detail}`);
    outcomes.push(outcome);
  }
  return outcomes;
}

async function runOne(scenario: Scenario, lab: Lab, deadline: number): Promise<Outcome> {
  const startedAt = performance.now();
  let timeline: Timeline | undefined;
  const watched: Lab = { ...lab, watch: () => (timeline = lab.watch()) };
  const outcome: Outcome = {
    name: scenario.name,
    promise: scenario.promise,
    result: "passed",
    seconds: 0,
    facts: {},
    timeline: [],
  };
  try {
    const limitMs = Math.min(scenario.timeoutMs, deadline - startedAt);
    if (limitMs <= 0) throw new Error("no time left for it");
    const found = await within(scenario, limitMs, scenario.run(watched));
    if (found instanceof Skipped) Object.assign(outcome, { result: "skipped", facts: { because: found.why } });
    else outcome.facts = found;
  } catch (error) {
    Object.assign(outcome, { result: "failed", error: error instanceof Error ? error.message : String(error) });
  }
  await timeline?.stop();
  outcome.timeline = timeline?.samples ?? [];
  outcome.seconds = Math.round((performance.now() - startedAt) / 100) / 10;
  return outcome;
}

async function within<T>({ name }: Scenario, limitMs: number, work: Promise<T>): Promise<T> {
  const abort = new AbortController();
  const late = sleep(limitMs, undefined, { signal: abort.signal }).then(() => {
    throw new Error(`${name}: not within ${Math.round(limitMs / 1000)} s`);
  });
  // Whichever comes second must not be an unhandled rejection.
  void late.catch(() => undefined);
  void work.catch(() => undefined);
  return Promise.race([work, late]).finally(() => abort.abort());
}
