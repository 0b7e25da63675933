import { testServers } from "@lambda-lite/backplane/testing";
import { afterAll, beforeAll, expect, test } from "vitest";

import { openCommandLog } from "./mongo-commands.ts";
import type { CommandLog } from "./mongo-commands.ts";
import { startTestStack } from "./test-stack.ts";
import type { TestStack } from "./test-stack.ts";

const WRITES = new Set(["insert", "update", "delete", "findAndModify"]);
const JOBS = 5;

let log: CommandLog;
let stack: TestStack;
beforeAll(async () => {
  log = await openCommandLog(testServers().mongoUrl);
  stack = await startTestStack({ mongoServer: log.url });
});
afterAll(async () => {
  await stack.close();
  log.close();
});

/** Each costs a wait for the journal: this is what a job's time is made of beside its run. */
test("between submit and answer there are three writes of the job, each of them durable", async () => {
  log.commands.length = 0;
  for (let n = 0; n < JOBS; n += 1) {
    const { id } = await stack.submit({ code: "function main(n) { return n; }", args: [n] });
    expect(await stack.finished(id)).toMatchObject({ status: "COMPLETED", attempt: 1, result: n });
  }
  const writes = log.commands.filter(({ name, collection }) => WRITES.has(name) && collection === "jobs");
  expect(writes).toHaveLength(3 * JOBS);
  expect(writes.filter(({ durable }) => !durable)).toEqual([]);
});
