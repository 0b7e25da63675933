import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createStoreGuard } from "./store-guard.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const guardOnFakeTime = () => createStoreGuard({ monotonicMs: () => Date.now() }).guard;
const never = () => new Promise<never>(() => undefined);
const UNAVAILABLE = { code: "STORE_UNAVAILABLE", status: 503, retryable: true };

test("an answer passes, and an error of ours stays what it is", async () => {
  const guard = guardOnFakeTime();
  expect(await guard(() => Promise.resolve(5))).toBe(5);
  await expect(guard(() => Promise.reject(new TypeError("ours")))).rejects.toThrow(TypeError);
});

test.each([
  { name: "MongoNetworkError" },
  // Seen from the driver: it writes to a socket that the server has just ended.
  { code: "EPIPE", message: "This socket has been ended by the other party" },
  { name: "MongoServerError", code: 11_600, message: "interrupted at shutdown" },
])("an unreachable server is told as such: %o", async (facts) => {
  const error = Object.assign(new Error("no route"), facts);
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

test.each([
  ["answers others", (fake: ReturnType<typeof createStoreGuard>) => fake.guard(() => Promise.resolve())],
  ["gives signs of life", async (fake: ReturnType<typeof createStoreGuard>) => fake.noteAlive()],
])("a server that %s is only busy, up to twenty seconds", async (_what, sign) => {
  const fake = createStoreGuard({ monotonicMs: () => Date.now() });
  let refused: unknown;
  void fake.guard(never).catch((error: unknown) => {
    refused = error;
  });
  for (let second = 1; second <= 19; second += 1) {
    await vi.advanceTimersByTimeAsync(1_000);
    await sign(fake);
    expect(refused).toBeUndefined();
  }
  await vi.advanceTimersByTimeAsync(2_000);
  expect(refused).toMatchObject(UNAVAILABLE);
});
