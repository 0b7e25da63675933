import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createStoreGuard } from "./store-guard.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const guardOnFakeTime = () => createStoreGuard({ monotonicMs: () => Date.now() });
const never = () => new Promise<never>(() => undefined);
const UNAVAILABLE = { code: "STORE_UNAVAILABLE", status: 503, retryable: true };

test("an answer passes, and an error of ours stays what it is", async () => {
  const guard = guardOnFakeTime();
  expect(await guard(() => Promise.resolve(5))).toBe(5);
  await expect(guard(() => Promise.reject(new TypeError("ours")))).rejects.toThrow(TypeError);
});

test("an unreachable server is told as such", async () => {
  const error = Object.assign(new Error("no route"), { name: "MongoNetworkError" });
  await expect(guardOnFakeTime()(() => Promise.reject(error))).rejects.toMatchObject(UNAVAILABLE);
});

test("a silent server is away before two seconds are over", async () => {
  let refused: unknown;
  void guardOnFakeTime()(never).catch((error: unknown) => {
    refused = error;
  });
  await vi.advanceTimersByTimeAsync(1_900);
  expect(refused).toMatchObject(UNAVAILABLE);
});

test("a server that answers others is only busy, up to ten seconds", async () => {
  const guard = guardOnFakeTime();
  let refused: unknown;
  void guard(never).catch((error: unknown) => {
    refused = error;
  });
  for (let second = 1; second <= 9; second += 1) {
    await vi.advanceTimersByTimeAsync(1_000);
    await guard(() => Promise.resolve());
    expect(refused).toBeUndefined();
  }
  await vi.advanceTimersByTimeAsync(2_000);
  expect(refused).toMatchObject(UNAVAILABLE);
});
