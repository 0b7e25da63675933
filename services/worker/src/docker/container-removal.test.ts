import { systemClock } from "@lambda-lite/backplane/ports";
import { silentLogger } from "@lambda-lite/backplane/testing";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { startStubEngine } from "../testing/stub-engine.ts";
import type { StubEngine } from "../testing/stub-engine.ts";
import { createContainerRemoval } from "./container-removal.ts";
import type { ContainerRemoval } from "./container-removal.ts";
import { ENGINE_DEADLINE_MS } from "./engine-deadline.ts";

/** First try and three more. */
const TRIES = 4;
const group = { remove: vi.fn<() => Promise<void>>() };
let mood: "well" | "failing" | "hanging";
let engine: StubEngine;
let removal: ContainerRemoval;

beforeEach(async () => {
  mood = "failing";
  group.remove.mockReset();
  engine = await startStubEngine((_request, response) => {
    if (mood !== "hanging") response.writeHead(mood === "well" ? 204 : 500).end();
  });
  removal = createContainerRemoval({ clock: { ...systemClock, sleep: async () => undefined }, logger: silentLogger });
});
afterEach(async () => {
  vi.useRealTimers();
  await engine.close();
});

/** Each time another object, as whoever finds it on the engine has. */
const container = () => engine.docker.getContainer("c1");

test("a container is tried once at a time, however many ask for it", async () => {
  await Promise.all([removal.remove(container()), removal.remove(container())]);
  expect(engine.asked).toEqual(Array(TRIES).fill("DELETE /containers/c1"));
});

test("what is left is tried again once, and then it is gone, with what was its alone", async () => {
  await removal.remove(container(), group);
  await Promise.all([removal.retryLeft(), removal.remove(container())]);
  expect(engine.asked).toHaveLength(2 * TRIES);
  expect(group.remove).not.toHaveBeenCalled();

  mood = "well";
  await Promise.all([removal.retryLeft(), removal.remove(container())]);
  expect(engine.asked).toHaveLength(2 * TRIES + 1);
  expect(group.remove).toHaveBeenCalledOnce();

  await removal.retryLeft();
  expect(engine.asked).toHaveLength(2 * TRIES + 1);
});

test("whoever removes what was left removes its group too, though it doesn't know of it", async () => {
  await removal.remove(container(), group);
  mood = "well";
  await removal.remove(container());
  expect(group.remove).toHaveBeenCalledOnce();
  await removal.retryLeft();
  expect(engine.asked).toHaveLength(TRIES + 1);
});

test("an engine that hangs is asked again, and its connections don't pile up", async () => {
  mood = "hanging";
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const removing = removal.remove(container());
  for (let tried = 1; tried <= TRIES; tried += 1) {
    await vi.waitFor(() => expect(engine.asked).toHaveLength(tried));
    await vi.waitFor(() => expect(engine.open()).toBe(1));
    await vi.advanceTimersByTimeAsync(ENGINE_DEADLINE_MS.change);
  }
  await removing;
  await vi.waitFor(() => expect(engine.open()).toBe(0));
});
