import { describe, expect, test } from "vitest";
import { isLoopback, readConfig } from "./config.ts";

const KEY = "0123456789abcdef";

test("without any variable: loopback, the ports everybody knows, no key", () => {
  expect(readConfig({})).toEqual({
    HOST: "127.0.0.1",
    PORT: 8000,
    MONGO_URL: "mongodb://127.0.0.1:27017/lambdalite",
    REDIS_URL: "redis://127.0.0.1:6379",
    REDIS_PREFIX: "bull",
    ALLOWED_ORIGINS: [],
    KEEP_ALIVE_GRACE_MS: 2_000,
    JOB_RETENTION_DAYS: 30,
    MAX_CPUS: 2,
    MAX_MEMORY_MB: 2_048,
    MAX_TIMEOUT_MS: 300_000,
    MAX_LOG_BYTES: 4_194_304,
    MAX_RESULT_BYTES: 4_194_304,
    MAX_PIDS: 256,
    START_PATIENCE_MS: 60_000,
    FAULT_BUDGET: 5,
    LOG_LEVEL: "info",
  });
});

test("an empty variable counts as unset", () => {
  const empty = { HOST: "", PORT: "", API_KEY: "", MONGO_URL: "", REDIS_PREFIX: "", WEB_DIR: "", LOG_LEVEL: "" };
  expect(readConfig(empty)).toEqual(readConfig({}));
});

describe("an address that others can reach", () => {
  test.each(["0.0.0.0", "::", "10.0.0.5", "example.com", "localhost.example.com", "127.0.0.1.example.com"])(
    "%s is refused without a key, and the message says why and what to do",
    (HOST) => {
      expect(() => readConfig({ HOST })).toThrow(
        new RegExp(
          `Refusing to listen on ${HOST.replaceAll(".", "\\.")} without a key.*run code.*API_KEY.*127\\.0\\.0\\.1`,
        ),
      );
    },
  );
  test("an empty key is no key", () => {
    expect(() => readConfig({ HOST: "0.0.0.0", API_KEY: "" })).toThrow(/without a key/);
  });
  test("is served with a key", () => {
    expect(readConfig({ HOST: "0.0.0.0", API_KEY: KEY })).toMatchObject({ HOST: "0.0.0.0", API_KEY: KEY });
  });
});

describe("the key", () => {
  test.each([
    ["15 characters", KEY.slice(1), /API_KEY/],
    ["a space, which no header can carry", `${KEY} ${KEY}`, /printable ASCII/],
    ["letters outside ASCII", `${KEY}ü`, /printable ASCII/],
    ["a line break", `${KEY}\n`, /printable ASCII/],
  ])("%s is refused", (_what, API_KEY, message) => {
    expect(() => readConfig({ API_KEY })).toThrow(message);
  });
  test("16 characters are enough", () => {
    expect(readConfig({ API_KEY: KEY }).API_KEY).toBe(KEY);
  });
  test("is not repeated in the message", () => {
    expect(() => readConfig({ API_KEY: "tooshort-secret" })).toThrow(expect.not.stringContaining("tooshort-secret"));
  });
});

describe("the port", () => {
  test.each(["abc", "-1", "65536", "80.5", "1e9", "NaN"])("%s is refused", (PORT) => {
    expect(() => readConfig({ PORT })).toThrow(/PORT/);
  });
  test.each([
    ["0", 0],
    ["65535", 65_535],
  ])("%s", (PORT, expected) => {
    expect(readConfig({ PORT }).PORT).toBe(expected);
  });
});

test("every wrong variable is named at once", () => {
  const wrong = { PORT: "x", API_KEY: "short", LOG_LEVEL: "loud", ALLOWED_ORIGINS: "nowhere" };
  for (const name of Object.keys(wrong)) expect(() => readConfig(wrong)).toThrow(name);
});

describe("allowed origins", () => {
  test.each([
    ["https://a.example", ["https://a.example"]],
    ["https://a.example, http://b.example:5173/ ,", ["https://a.example", "http://b.example:5173"]],
    ["HTTPS://A.example:443", ["https://a.example"]],
  ])("%s", (ALLOWED_ORIGINS, expected) => {
    expect(readConfig({ ALLOWED_ORIGINS }).ALLOWED_ORIGINS).toEqual(expected);
  });
  test.each(["a.example", "*", "https://"])("%s is refused", (ALLOWED_ORIGINS) => {
    expect(() => readConfig({ ALLOWED_ORIGINS })).toThrow(
      /ALLOWED_ORIGINS[^]*https:\/\/example\.com|https:\/\/example\.com[^]*ALLOWED_ORIGINS/,
    );
  });
});

test.each([
  ["localhost", true],
  ["127.0.0.1", true],
  ["127.1.2.3", true],
  ["::1", true],
  ["0.0.0.0", false],
  ["128.0.0.1", false],
  ["127.0.0.1.example.com", false],
  ["x127.0.0.1", false],
  ["127.0.0.1\n", false],
  ["", false],
])("%j is loopback: %s", (host, expected) => {
  expect(isLoopback(host)).toBe(expected);
});
