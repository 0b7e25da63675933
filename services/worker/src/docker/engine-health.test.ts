import { setImmediate } from "node:timers/promises";
import { createManualClock, silentLogger } from "@lambda-lite/backplane/testing";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { startStubEngine } from "../testing/stub-engine.ts";
import type { StubEngine } from "../testing/stub-engine.ts";
import { ENGINE_DEADLINE_MS } from "./engine-deadline.ts";
import { createEngineHealth } from "./engine-health.ts";
import type { EngineHealth } from "./engine-health.ts";

let engine: StubEngine;
let hangs: boolean;
let trials: Array<PromiseWithResolvers<void>>;
let health: EngineHealth;

beforeEach(async () => {
  hangs = false;
  trials = [];
  engine = await startStubEngine((_request, response) => {
    if (!hangs) response.writeHead(200, { "content-type": "application/json" }).end('{"Id":"sha256:1"}');
  });
  health = createEngineHealth({
    docker: engine.docker,
    image: "sandbox:1",
    supply: { archive: undefined, pull: false },
    trySandbox() {
      const trial = Promise.withResolvers<void>();
      trials.push(trial);
      return trial.promise;
    },
    clock: createManualClock(),
    logger: silentLogger,
  });
  await health.check();
});
afterEach(async () => {
  vi.useRealTimers();
  await engine.close();
});

const begun = (count: number) => vi.waitFor(() => expect(trials).toHaveLength(count));

test("an engine that has the image is healthy without a trial, and after a suspicion only with one", async () => {
  expect([health.healthy(), health.imageDigest(), trials.length]).toEqual([true, "sha256:1", 0]);
  health.suspect(new Error("no space"));
  expect(health.problem()).toContain("no space");
  const check = health.check();
  await begun(1);
  trials[0]?.reject(new Error("still none"));
  await check;
  expect(health.problem()).toContain("still none");
  const again = health.check();
  await begun(2);
  trials[1]?.resolve();
  await again;
  expect(health.healthy()).toBe(true);
});

test("those who ask before a trial begins share it; who asks later is answered by the next one", async () => {
  const first = Promise.all([health.tryNow(), health.tryNow()]);
  await begun(1);
  const later = health.tryNow();
  await setImmediate();
  expect(trials).toHaveLength(1);
  trials[0]?.resolve();
  expect(await first).toEqual([true, true]);
  await begun(2);
  trials[1]?.reject(new Error("gone by now"));
  expect(await later).toBe(false);
  expect(health.problem()).toContain("gone by now");
});

test("an engine that hangs is given up at the deadline, and no request stays open", async () => {
  hangs = true;
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const check = health.check();
  await vi.waitFor(() => expect(engine.open()).toBe(1));
  await vi.advanceTimersByTimeAsync(ENGINE_DEADLINE_MS.ask);
  await check;
  vi.useRealTimers();
  expect(health.problem()).toContain("didn't answer within 10 s: inspect the image");
  await vi.waitFor(() => expect(engine.open()).toBe(0));
});
