import { DEFAULT_LIMITS } from "@lambda-lite/shared";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readConfig } from "./config.ts";
import { startTestApi } from "./testing/test-api.ts";
import type { TestApi } from "./testing/test-api.ts";

const code = "function main() {}";
let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({ MAX_MEMORY_MB: "1024", MAX_TIMEOUT_MS: "60000", MAX_CPUS: "2" });
});
afterAll(() => api.close());

test("what isn't said is as usual", async () => {
  expect((await api.submit({ code })).body.limits).toEqual(DEFAULT_LIMITS);
  const { limits } = (await api.submit({ code, limits: { memory: 1_024, cpus: 0.5 } })).body;
  expect(limits).toEqual({ ...DEFAULT_LIMITS, memory: 1_024, cpus: 0.5 });
  expect((await api.submit({ code, timeout: 60_000 })).body.limits.timeout).toBe(60_000);
  expect((await api.submit({ code, limits: { timeout: 60_000 } })).body.limits.timeout).toBe(60_000);
});

test("more than the operator allows is refused, and it says where and how much would do", async () => {
  const { status, body } = await api.submit({ code, limits: { memory: 1_025, cpus: 3 }, timeout: 60_001 });
  expect(status).toBe(400);
  expect(body).toMatchObject({
    code: "VALIDATION_FAILED",
    errors: [
      { path: "limits.cpus", message: "must be at most 2 here" },
      { path: "limits.memory", message: "must be at most 1024 here" },
      { path: "timeout", message: "must be at most 60000 here" },
    ],
  });
});

test.each([
  ["less than a job gets unasked", { MAX_MEMORY_MB: "256" }, /MAX_MEMORY_MB/],
  ["more than any installation has", { MAX_PIDS: "5000" }, /MAX_PIDS/],
  ["together more than a document holds", { MAX_LOG_BYTES: "8388608", MAX_RESULT_BYTES: "8388608" }, /MAX_LOG_BYTES/],
])("maxima that are %s are refused at the start", (_what, env, message) => {
  expect(() => readConfig(env)).toThrow(message);
});
