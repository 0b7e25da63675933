import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { openBackplane } from "./backplane.ts";
import {
  closedPort,
  dropDatabase,
  openTcpProxy,
  silentLogger,
  testServers,
  uniqueNames,
  withDatabase,
} from "./testing/index.ts";

const logger = silentLogger;

function realUrls() {
  const { database, redisPrefix } = uniqueNames();
  const servers = testServers();
  return { mongoUrl: withDatabase(servers.mongoUrl, database), redisUrl: servers.redisUrl, redisPrefix };
}

function at(url: string, port: number): string {
  return Object.assign(new URL(url), { host: `127.0.0.1:${port}` }).href;
}

test("servers that come later than the process are waited for", async () => {
  const real = realUrls();
  const [mongoPort, redisPort] = [await closedPort(), await closedPort()];
  const [mongoUrl, redisUrl] = [at(real.mongoUrl, mongoPort), at(real.redisUrl, redisPort)];
  const opening = openBackplane({ ...real, mongoUrl, redisUrl, startPatienceMs: 60_000, logger });
  await sleep(2_500);
  const proxies = [await openTcpProxy(real.mongoUrl, mongoPort)];
  await sleep(1_000);
  proxies.push(await openTcpProxy(real.redisUrl, redisPort));
  const backplane = await opening;
  await expect(backplane.pingStore()).resolves.toBeUndefined();
  await backplane.close();
  for (const proxy of proxies) await proxy.close();
  await dropDatabase(real.mongoUrl);
});

test("one that doesn't come is named, with the reason", async () => {
  const real = realUrls();
  const away = await closedPort();
  await expect(openBackplane({ ...real, mongoUrl: at(real.mongoUrl, away), logger })).rejects.toMatchObject({
    code: "STORE_UNAVAILABLE",
    message: "MongoDB can't be reached",
  });
  await expect(openBackplane({ ...real, redisUrl: at(real.redisUrl, away), logger })).rejects.toMatchObject({
    message: "Redis can't be reached",
    cause: { code: "ECONNREFUSED" },
  });
  await dropDatabase(real.mongoUrl);
});

test("waiting wouldn't help against a URL that is wrong", { timeout: 10_000 }, async () => {
  await expect(
    openBackplane({ ...realUrls(), mongoUrl: "mongodb://", startPatienceMs: 60_000, logger }),
  ).rejects.toMatchObject({
    message: "MongoDB can't be reached",
    cause: { name: "MongoParseError" },
  });
});
