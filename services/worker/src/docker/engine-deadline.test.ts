import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { startStubEngine } from "../testing/stub-engine.ts";
import { withDeadline } from "./engine-deadline.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("an answer in time passes, and so does a refusal", async () => {
  expect(await withDeadline("ping", 1_000, Promise.resolve("pong"))).toBe("pong");
  await expect(withDeadline("ping", 1_000, Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(vi.getTimerCount()).toBe(0);
});

test("one that doesn't come is named; what it brings later is told", async () => {
  const answer = Promise.withResolvers<string>();
  const late: string[] = [];
  const asked = withDeadline("create", 1_000, answer.promise, (value) => late.push(value));
  const failure = asked.catch(String);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await failure).toContain("didn't answer within 1 s: create");
  answer.resolve("container");
  await vi.advanceTimersByTimeAsync(0);
  expect(late).toEqual(["container"]);
});

test("a refusal that comes late harms nobody", async () => {
  const answer = Promise.withResolvers<never>();
  const failure = withDeadline("create", 1_000, answer.promise).catch(String);
  await vi.advanceTimersByTimeAsync(1_000);
  answer.reject(new Error("conflict"));
  await vi.advanceTimersByTimeAsync(0);
  expect(await failure).toContain("didn't answer");
});

test("a request that isn't answered in time is aborted, one that is answered isn't", async () => {
  vi.useRealTimers();
  const engine = await startStubEngine((_request, response) => void (engine.asked.length === 1 && response.end("[]")));
  const signals: AbortSignal[] = [];
  const list = (deadlineMs: number) =>
    withDeadline("list", deadlineMs, (abortSignal) => {
      signals.push(abortSignal);
      return engine.docker.listContainers({ abortSignal });
    });
  expect(await list(5_000)).toEqual([]);
  await expect(list(50)).rejects.toThrow("didn't answer within 0.05 s: list");
  await vi.waitFor(() => expect(engine.open()).toBe(0));
  expect(signals.map(({ aborted }) => aborted)).toEqual([false, true]);
  await engine.close();
});
