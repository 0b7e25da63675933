import { systemClock, systemRandom } from "@lambda-lite/backplane/ports";
import { silentLogger, testServers } from "@lambda-lite/backplane/testing";
import type Docker from "dockerode";
import { expect, test, vi } from "vitest";
import { startStubEngine } from "../testing/stub-engine.ts";
import { LABEL } from "./container-labels.ts";
import { containerOptions, LONGEST_USE_MS } from "./container-options.ts";
import { createContainerRemoval } from "./container-removal.ts";
import { connectDocker } from "./docker-engine.ts";
import { ENGINE_DEADLINE_MS } from "./engine-deadline.ts";
import { createOrphanReaper, isOrphan } from "./orphan-reaper.ts";
import { readSandboxDefinition } from "./sandbox-definition.ts";

const own = { installationId: `here-${systemRandom.hex(4)}`, workerId: "own", epoch: 5, engineId: "ENGINE" };
const lives = [
  { workerId: "own", epoch: 5 },
  { workerId: "other", epoch: 2 },
];
const NOW_MS = 1_000_000_000;
const labels = (workerId: string, epoch: number, engineId = "ENGINE") => ({
  [LABEL.INSTALLATION]: own.installationId,
  [LABEL.WORKER]: workerId,
  [LABEL.EPOCH]: String(epoch),
  [LABEL.ENGINE]: engineId,
  [LABEL.DEADLINE]: String(NOW_MS),
});

test.each([
  ["of this life", labels("own", 5), false],
  ["of an earlier life of this worker", labels("own", 4), true],
  ["of a life with a higher number, which is over: the numbers begin anew after a day", labels("own", 6), true],
  ["of another worker that lives", labels("other", 2), false],
  ["of another worker's earlier life", labels("other", 1), true],
  ["of another worker whose lease is over", labels("gone", 9), true],
  ["on another engine", labels("gone", 9, "ANOTHER"), false],
  ["of another installation", { ...labels("gone", 9), [LABEL.INSTALLATION]: "elsewhere" }, false],
])("a sandbox %s: %#", (_whose, found, orphan) => {
  expect(isOrphan(found, { own, lives, nowMs: NOW_MS, seenForMs: 0 })).toBe(orphan);
});

const old = { nowMs: NOW_MS + 1, seenForMs: LONGEST_USE_MS + 1 };
test.each([
  ["this life", labels("own", 5), old, true],
  ["another worker that lives", labels("other", 2), old, true],
  ["this life, past its deadline by a clock that may be wrong", labels("own", 5), { ...old, seenForMs: 60_000 }, false],
  ["this life, seen for long and in time", labels("own", 5), { ...old, nowMs: NOW_MS }, false],
  ["this life, without a deadline", { ...labels("own", 5), [LABEL.DEADLINE]: "" }, old, false],
  ["another installation", { ...labels("own", 5), [LABEL.INSTALLATION]: "elsewhere" }, old, false],
])("an old sandbox of %s: %#", (_whose, found, age, orphan) => {
  expect(isOrphan(found, { own, lives, ...age })).toBe(orphan);
});

/** By a clock that is moved. */
function createReaper(docker: Docker) {
  const clock = { ...systemClock, aheadMs: 0, monotonicMs: () => performance.now() + clock.aheadMs };
  const patient = { ...clock, sleep: async () => undefined };
  const removal = createContainerRemoval({ clock: patient, logger: silentLogger });
  const logger = silentLogger;
  const { reap } = createOrphanReaper({
    docker,
    owner: () => own,
    living: async () => lives,
    removal,
    groups: undefined,
    clock,
    logger,
  });
  return { reap, clock };
}

test("one that its living worker never heard of is removed when nobody can be using it", async () => {
  const docker = connectDocker(testServers().dockerHost);
  const definition = await readSandboxDefinition();
  const key = { runtime: "javascript", isolation: "container", memoryMb: 64, cpus: 1, pids: 64 } as const;
  const make = (claimant: { workerId: string; epoch: number }, nowMs: number) => {
    const owner = { ...own, ...claimant };
    const name = `lambdalite-${systemRandom.hex(8)}`;
    const image = testServers().sandboxImage;
    return docker.createContainer(containerOptions({ image, name, key, owner, definition, appArmor: false, nowMs }));
  };
  const longAgoMs = Date.now() - LONGEST_USE_MS - 1_000;
  const mine = await make(own, longAgoMs);
  const neighbours = await make({ workerId: "other", epoch: 2 }, longAgoMs);
  const inUse = await make(own, Date.now());
  const label = [`${LABEL.INSTALLATION}=${own.installationId}`];
  const found = async () => (await docker.listContainers({ all: true, filters: { label } })).map(({ Id }) => Id);
  try {
    const { reap, clock } = createReaper(docker);
    expect(await reap()).toBe(0);
    clock.aheadMs = LONGEST_USE_MS - 60_000;
    expect(await reap()).toBe(0);
    expect(await found()).toHaveLength(3);
    clock.aheadMs = LONGEST_USE_MS + 1_000;
    expect(await reap()).toBe(2);
    expect(await found()).toEqual([inUse.id]);
  } finally {
    const made = [mine, neighbours, inUse];
    await Promise.all(made.map((one) => one.remove({ force: true }).catch(() => undefined)));
  }
});

test("an orphan that can't be removed is tried as often in every round", async () => {
  const engine = await startStubEngine(({ method }, response) => {
    if (method === "DELETE") response.writeHead(500).end();
    else response.end(JSON.stringify([{ Id: "c1", Labels: labels("gone", 9) }]));
  });
  const { reap } = createReaper(engine.docker);
  const perRound: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    const before = engine.asked.length;
    await reap();
    perRound.push(engine.asked.slice(before).filter((what) => what === "DELETE /containers/c1").length);
  }
  expect(perRound).toEqual([4, 4, 4]);
  await engine.close();
});

test("an engine that hangs is left alone until the next round", async () => {
  const engine = await startStubEngine(() => undefined);
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const failure = createReaper(engine.docker).reap().catch(String);
  await vi.waitFor(() => expect(engine.open()).toBe(1));
  await vi.advanceTimersByTimeAsync(ENGINE_DEADLINE_MS.ask);
  vi.useRealTimers();
  expect(await failure).toContain("didn't answer within 10 s: list containers");
  await vi.waitFor(() => expect(engine.open()).toBe(0));
  await engine.close();
});
