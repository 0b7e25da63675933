import { spawn } from "node:child_process";
import { join } from "node:path";

import { testServers } from "@lambda-lite/backplane/testing";
import Docker from "dockerode";
import { execa } from "execa";
import { Redis } from "ioredis";
import { beforeAll, expect, test } from "vitest";

import { findLeaks } from "../lib/leak-check.ts";
import { root } from "../lib/paths.ts";
import { waitUntil } from "../lib/wait-until.ts";
import { withMongo } from "../servers/mongo-connection.ts";
import { takeInventory } from "../testing/inventory.ts";
import type { InventorySources } from "../testing/inventory.ts";
import { markerName } from "../testing/test-processes.ts";

/** Each kind of leak, planted once: a check that never fails would prove nothing. */

const name = `planted-${crypto.randomUUID().slice(0, 8)}`;
let docker: Docker;
let sources: InventorySources;

beforeAll(() => {
  const { dockerHost, redisUrl, mongoUrl } = testServers();
  docker = new Docker({ socketPath: new URL(dockerHost).pathname });
  sources = { docker, redisUrl, mongoUrl, runId: name };
});

/** What the check says about the state of now, of what this test planted: other tests run beside it. */
async function leaks(): Promise<string[]> {
  const nothing = { containers: [], redisKeys: [], databases: [], processes: [] };
  return findLeaks(nothing, await takeInventory(sources)).filter((leak) => leak.includes(name.slice(8)));
}

test("a container that was left is found", async () => {
  const container = await docker.createContainer({
    name,
    Image: testServers().sandboxImage,
    Labels: { lambdalite: "sandbox" },
  });
  try {
    expect(await leaks()).toEqual([expect.stringMatching(`container /${name}`)]);
  } finally {
    await container.remove({ force: true });
  }
  expect(await leaks()).toEqual([]);
});

test("a Redis key that was left is found", async () => {
  const redis = new Redis(sources.redisUrl);
  try {
    await redis.set(`${name}:jobs:1`, "");
    expect(await leaks()).toEqual([`Redis key ${name}:jobs:1`]);
  } finally {
    await redis.unlink(`${name}:jobs:1`);
    redis.disconnect();
  }
});

test("a database that was left is found", async () => {
  const database = `test_${name}`;
  await withMongo(sources.mongoUrl, async (client) => {
    const db = client.db(database);
    await db.collection("jobs").insertOne({});
    try {
      expect(await leaks()).toEqual([`Mongo database ${database}`]);
    } finally {
      await db.dropDatabase();
    }
  });
});

test("a process that was left is found, whatever session it is in", async () => {
  const child = spawn("sleep", ["60"], {
    detached: true,
    stdio: "ignore",
    env: { ...process.env, [markerName]: name },
  });
  try {
    const found = () => takeInventory(sources).then(({ processes }) => processes);
    const expected = expect.stringMatching(`^${child.pid} .*sleep`);
    await waitUntil("it is found", async () => expect(await found()).toEqual([expected]), { timeoutMs: 5_000 });
  } finally {
    child.kill("SIGKILL");
  }
});

test("a file that leaves a handle open fails, although its tests pass", async () => {
  const { exitCode, all } = await execa(
    process.execPath,
    [join(root, "node_modules/vitest/vitest.mjs"), "run", "--config", "scripts/e2e/fixtures/vitest.config.ts"],
    { cwd: root, all: true, reject: false },
  );
  expect(all).toContain("This file leaves handles open: TCPServerWrap");
  expect(exitCode).not.toBe(0);
});
