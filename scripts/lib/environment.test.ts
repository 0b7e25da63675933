import { expect, test } from "vitest";

import { readEnvironment } from "./environment.ts";

test("has the documented ports and names no server when nothing is set", () => {
  expect(readEnvironment({})).toEqual({
    logLevel: "info",
    ports: { api: 8000, web: 5173, workerHealth: 8081, mongo: 27017, redis: 6379 },
  });
});

test("an empty variable counts as unset", () => {
  expect(readEnvironment({ MONGO_URL: "", PORT: "" })).toEqual(readEnvironment({}));
});

test("takes the servers that are named", () => {
  const env = { MONGO_URL: "mongodb://m", REDIS_URL: "redis://r", DOCKER_HOST: "unix:///d", LAMBDALITE_MONGOD: "/m" };
  expect(readEnvironment(env)).toMatchObject({
    mongoUrl: "mongodb://m",
    redisUrl: "redis://r",
    dockerHost: "unix:///d",
    mongoProgram: "/m",
  });
});

test.each(["0", "65536", "8000.5", "eight"])("refuses %j as a port and says which variable it is", (text) => {
  expect(() => readEnvironment({ REDIS_PORT: text })).toThrow("REDIS_PORT");
});
