import { describe, expect, test } from "vitest";
import { readConfig } from "./config.ts";

const read = (env: NodeJS.ProcessEnv) => readConfig(env, "host");

test("without any variable: the servers of this machine, one sandbox that waits, an id by host and port", () => {
  expect(read({})).toEqual({
    MONGO_URL: "mongodb://127.0.0.1:27017/lambdalite",
    REDIS_URL: "redis://127.0.0.1:6379",
    REDIS_PREFIX: "bull",
    DOCKER_HOST: "unix:///var/run/docker.sock",
    SANDBOX_PULL: false,
    WORKER_POOL: "default",
    WORKER_ID: "host-8081",
    WORKER_CONCURRENCY: 5,
    WARM_POOL_MIN: 1,
    WARM_POOL_MAX: 4,
    WORKER_RATE_LIMIT_MAX: 10,
    WORKER_RATE_LIMIT_DURATION_MS: 1_000,
    HEALTH_HOST: "127.0.0.1",
    HEALTH_PORT: 8081,
    SHUTDOWN_GRACE_MS: 330_000,
    START_PATIENCE_MS: 60_000,
    FAULT_BUDGET: 5,
    LOG_LEVEL: "info",
  });
});

test("an empty variable counts as unset", () => {
  const empty = { MONGO_URL: "", WORKER_ID: "", WARM_POOL_MIN: "", WARM_POOL_MEMORY_MB: "", HEALTH_PORT: "" };
  expect(read(empty)).toEqual(read({}));
});

test("every wrong variable is named at once", () => {
  const wrong = { HEALTH_PORT: "x", WORKER_CONCURRENCY: "0", LOG_LEVEL: "loud", WORKER_POOL: "No Pool" };
  for (const name of Object.keys(wrong)) expect(() => read(wrong)).toThrow(name);
  const conflicting = { HEALTH_PORT: "0", WARM_POOL_MIN: "3", WARM_POOL_MAX: "2" };
  expect(() => read(conflicting)).toThrow(/WORKER_ID[^]*WARM_POOL_MIN/);
});

describe("the worker's id", () => {
  test("without a port of its own it has to be set: two workers of a host would be one", () => {
    expect(() => read({ HEALTH_PORT: "0" })).toThrow(/HEALTH_PORT is 0: set WORKER_ID/);
    expect(() => read({ HEALTH_PORT: "0", WORKER_ID: "" })).toThrow(/WORKER_ID/);
    expect(read({ HEALTH_PORT: "0", WORKER_ID: "w-1" })).toMatchObject({ HEALTH_PORT: 0, WORKER_ID: "w-1" });
  });
  test("follows the port unless it is set", () => {
    expect(read({ HEALTH_PORT: "9000" }).WORKER_ID).toBe("host-9000");
    expect(read({ HEALTH_PORT: "9000", WORKER_ID: "w-1" }).WORKER_ID).toBe("w-1");
  });
});

describe.each(["SHUTDOWN_GRACE_MS", "WORKER_RATE_LIMIT_DURATION_MS", "START_PATIENCE_MS"] as const)("%s", (name) => {
  test.each(["86400001", "2147483648", "-1", "1.5"])("%s is refused: no timer lasts so long", (value) => {
    expect(() => read({ [name]: value })).toThrow(name);
  });
  test("a day is the most", () => {
    expect(read({ [name]: "86400000" })[name]).toBe(86_400_000);
  });
});

describe("sandboxes that wait", () => {
  test.each([
    ["none may", { WARM_POOL_MAX: "0" }, { WARM_POOL_MIN: 0, WARM_POOL_MAX: 0 }],
    ["one may", { WARM_POOL_MAX: "1" }, { WARM_POOL_MIN: 1, WARM_POOL_MAX: 1 }],
    ["as many as may, do", { WARM_POOL_MIN: "7", WARM_POOL_MAX: "7" }, { WARM_POOL_MIN: 7, WARM_POOL_MAX: 7 }],
    ["memory for just one", { WARM_POOL_MEMORY_MB: "512" }, { WARM_POOL_MIN: 1, WARM_POOL_MEMORY_MB: 512 }],
    ["none has to, so no memory either", { WARM_POOL_MIN: "0", WARM_POOL_MEMORY_MB: "0" }, { WARM_POOL_MEMORY_MB: 0 }],
    ["none may, nor any memory", { WARM_POOL_MAX: "0", WARM_POOL_MEMORY_MB: "0" }, { WARM_POOL_MIN: 0 }],
  ])("%s", (_what, env, expected) => {
    expect(read(env)).toMatchObject(expected);
  });
  test.each([
    ["more have to than may", { WARM_POOL_MIN: "1", WARM_POOL_MAX: "0" }, /WARM_POOL_MIN is more than WARM_POOL_MAX/],
    ["too little memory for one", { WARM_POOL_MEMORY_MB: "511" }, /WARM_POOL_MEMORY_MB.*at least 512/],
    ["or for three", { WARM_POOL_MIN: "3", WARM_POOL_MEMORY_MB: "1535" }, /WARM_POOL_MEMORY_MB.*at least 1536/],
  ])("%s is refused", (_what, env, message) => {
    expect(() => read(env)).toThrow(message);
  });
});
