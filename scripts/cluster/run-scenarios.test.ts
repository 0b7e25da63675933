import { describe, expect, test } from "vitest";

import { createScreen } from "../lib/screen.ts";
import type { Lab } from "./lab.ts";
import { runScenarios } from "./run-scenarios.ts";
import { Skipped } from "./scenario.ts";
import type { Scenario } from "./scenario.ts";

const screen = createScreen(() => undefined);
const lab = {} as Lab;

function scenario(name: string, run: Scenario["run"], timeoutMs = 1_000): Scenario {
  return { name, promise: "", timeoutMs, run };
}

function results(
  scenarios: Scenario[],
  { deadline = performance.now() + 5_000, signal = new AbortController().signal } = {},
) {
  return runScenarios(scenarios, lab, { screen, deadline, signal });
}

describe("scenarios", () => {
  test("a failed one doesn't keep the next from running", async () => {
    const outcomes = await results([
      scenario("bad", () => Promise.reject(new Error("broken promise"))),
      scenario("good", async () => ({ seconds: 1 })),
    ]);
    expect(outcomes).toMatchObject([
      { result: "failed", error: "broken promise" },
      { result: "passed", facts: { seconds: 1 } },
    ]);
  });

  test("one that can't run here is neither passed nor failed", async () => {
    expect(await results([scenario("elsewhere", async () => new Skipped("no such node"))])).toMatchObject([
      { result: "skipped", facts: { because: "no such node" } },
    ]);
  });

  test("one that takes too long fails", async () => {
    const [outcome] = await results([scenario("slow", () => new Promise(() => undefined), 20)]);
    expect(outcome).toMatchObject({ result: "failed", error: expect.stringContaining("slow: not within") });
  });

  test("none starts after the deadline", async () => {
    const [outcome] = await results([scenario("late", async () => ({}))], { deadline: performance.now() - 1 });
    expect(outcome).toMatchObject({ result: "failed", error: "no time left for it" });
  });

  test("none starts once somebody wishes to stop", async () => {
    const stop = new AbortController();
    const stopping = scenario("stopping", async () => (stop.abort(), {}));
    const outcomes = await results([stopping, scenario("next", async () => ({}))], { signal: stop.signal });
    expect(outcomes.map(({ name }) => name)).toEqual(["stopping"]);
  });
});
