import { once } from "node:events";
import { get } from "node:http";
import type { IncomingMessage } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

import { newJob } from "@lambda-lite/backplane/testing";
import { ClientEvent } from "@lambda-lite/shared";
import type { LogMessage } from "@lambda-lite/shared";
import { afterAll, beforeAll, expect, test, vi } from "vitest";

import { startTestApi } from "./testing/test-api.ts";
import type { TestApi } from "./testing/test-api.ts";
import { openTestSocket } from "./testing/test-socket.ts";

/** More than the buffers between two processes hold. */
const LOG = "0123456789".repeat(1_200_000);
/** Whoever takes nothing for 30 s is dropped. */
const STALLED_MS = 33_000;

let api: TestApi;
let jobId = "";
beforeAll(async () => {
  api = await startTestApi();
  const job = await api.backplane.jobs.insert(newJob());
  jobId = job.id;
  await api.claim(jobId);
  const outcome = { success: true, result: 1, logs: LOG, exit: { reason: "OK" as const } };
  await api.backplane.jobs.finish({ id: jobId, token: "t" }, { ...outcome, executionTime: 1, sandboxStartTime: 1 });
});
afterAll(() => api.close());

/** All that server-sent events bring after a cursor. `stallMs`: how long nothing is read of it at first. */
async function follow(after: string, stallMs: number): Promise<LogMessage[]> {
  const asked = get(`${api.url}/api/jobs/${jobId}/logs?follow&after=${after}`);
  const [response] = (await once(asked, "response")) as [IncomingMessage];
  response.pause();
  await sleep(stallMs);
  let text = "";
  for await (const chunk of response.setEncoding("utf8")) text += String(chunk);
  const events = text.matchAll(/^id: (.*)\nevent: (.*)\ndata: (.*)$/gm);
  return Array.from(events, ([, cursor, type, data]) => ({
    type,
    cursor,
    ...(JSON.parse(data as string) as object),
  })) as LogMessage[];
}
const textOf = (messages: LogMessage[]) => messages.map((one) => (one.type === "log" ? one.text : "")).join("");

test.concurrent("a reader of events who stops reading is dropped, and loses nothing", { timeout: 60_000 }, async () => {
  const heard = await follow("0-0", STALLED_MS);
  const last = heard.at(-1);
  expect(last?.type).toBe("dropped");
  const rest = await follow(last?.cursor ?? "", 0);
  expect(rest.at(-1)?.type).toBe("end");
  expect(textOf(heard) + textOf(rest)).toBe(LOG);
});

test.concurrent("so is a socket that stops reading", { timeout: 60_000 }, async () => {
  const { socket, ask } = await openTestSocket(api.url);
  const heard: LogMessage[] = [];
  socket.on("job:log", (message) => void heard.push(message));
  await ask(ClientEvent.LOGS_SUBSCRIBE, { jobId });
  const { ws } = socket.io.engine.transport as unknown as { ws: { pause(): void; resume(): void } };
  ws.pause();
  await sleep(STALLED_MS);
  ws.resume();
  await vi.waitFor(() => expect(heard.at(-1)?.type).toBe("dropped"), { timeout: 10_000 });
  const toldLength = textOf(heard).length;
  expect(toldLength).toBeLessThan(LOG.length);
  await ask(ClientEvent.LOGS_SUBSCRIBE, { jobId, after: heard.at(-1)?.cursor });
  await vi.waitFor(() => expect(heard.at(-1)?.type).toBe("end"), { timeout: 10_000 });
  expect(textOf(heard)).toBe(LOG);
  socket.close();
});
