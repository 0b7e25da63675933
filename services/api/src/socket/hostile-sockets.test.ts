import { newJob } from "@lambda-lite/backplane/testing";
import { ClientEvent } from "@lambda-lite/shared";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sendRaw } from "../testing/raw-http.ts";
import { startTestApi } from "../testing/test-api.ts";
import type { TestApi } from "../testing/test-api.ts";
import { openTestSocket } from "../testing/test-socket.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

/** Everything works for a client that behaves. */
async function serves(): Promise<boolean> {
  const { id } = await api.backplane.jobs.insert(newJob());
  const client = await openTestSocket(api.url);
  const answer = await client.subscribe(id);
  client.socket.close();
  return answer.ok && answer.job?.id === id;
}

describe("a message that makes no sense is answered, and harms nobody", () => {
  const messages: Array<[string, unknown]> = [
    ["null", null],
    ["a number", 1],
    ["a text", "0123456789abcdef01234567"],
    ["an array", ["0123456789abcdef01234567"]],
    ["no job id", {}],
    ["a number for an id", { jobId: 1 }],
    ["an array for an id", { jobId: ["0123456789abcdef01234567"] }],
    ["a query for an id", { jobId: { $ne: null } }],
    ["an id of 23 digits", { jobId: "0123456789abcdef0123456" }],
    ["an unknown key", { jobId: "0123456789abcdef01234567", owner: "local" }],
    ["bytes", Buffer.from("0123456789abcdef01234567")],
    ["bytes for an id", { jobId: Buffer.from("abc") }],
  ];
  test.each([ClientEvent.JOB_SUBSCRIBE, ClientEvent.JOB_UNSUBSCRIBE])("%s", async (event) => {
    const client = await openTestSocket(api.url);
    for (const [what, message] of messages) {
      const answer = await client.ask(event, message);
      expect({ what, ...answer }).toMatchObject({
        what,
        ok: false,
        problem: { code: "VALIDATION_FAILED", status: 400 },
      });
      expect(JSON.stringify(answer)).not.toMatch(/node_modules|\.ts:\d/);
    }
    expect(await client.ask(event)).toMatchObject({ ok: false });
    client.socket.close();
    expect(await serves()).toBe(true);
  });

  test("a list takes no filter yet, and says so", async () => {
    const client = await openTestSocket(api.url);
    const answer = await client.ask(ClientEvent.JOBS_SUBSCRIBE, { owner: "somebody else" });
    expect(answer).toMatchObject({ ok: false, problem: { code: "VALIDATION_FAILED" } });
    client.socket.close();
  });

  test("a message of a megabyte ends the connection, not the service", async () => {
    const client = await openTestSocket(api.url);
    const ended = new Promise((resolve) => client.socket.on("disconnect", resolve));
    (client.socket as { emit(event: string, message: object): void }).emit(ClientEvent.JOB_SUBSCRIBE, {
      jobId: "x".repeat(1_000_000),
    });
    await ended;
    expect(await serves()).toBe(true);
  });

  test("names that mean something to Node or socket.io mean nothing here", async () => {
    for (const name of ["error", "unknown", "__proto__", "constructor", "message", "data", "close"]) {
      const client = await openTestSocket(api.url);
      (client.socket as { emit(event: string, message: object): void }).emit(name, {});
      expect(await client.ask(ClientEvent.JOBS_SUBSCRIBE, {})).toEqual({ ok: true });
      client.socket.close();
    }
    expect(await serves()).toBe(true);
  });
});

/** Frames as they are: `4` a message, `0` connect, `2` an event. */
test.each([
  ["garbage", ["x"]],
  ["an unknown packet", ["9"]],
  ["an event before connecting", ['42["job:subscribe",{}]']],
  ["half a JSON", ["40", '42["job:subscribe",']],
  ["an event that is an object", ["40", "42{}"]],
  ["an event without a name", ["40", "42[]"]],
  ["a reserved name", ["40", '42["disconnect"]', '42["newListener"]']],
  ["an acknowledgement of nothing", ["40", "43999[]"]],
  ["attachments that never come", ["40", '459999-["job:subscribe"]']],
  ["an auth that is no object", ["40[]"]],
  ["a key that is no text", ['40{"token":{"$ne":1}}']],
  ["another namespace", ["40/admin,"]],
  ["a ping of the client's own", ["40", "2", "3"]],
  ["a mountain of brackets", ["40", `42["job:subscribe",${"[".repeat(10_000)}`]],
])("frames of %s harm nobody", async (_what, frames) => {
  const socket = new WebSocket(`ws://127.0.0.1:${api.port}/socket.io/?EIO=4&transport=websocket`);
  await new Promise((resolve) => socket.addEventListener("open", resolve));
  for (const frame of frames) socket.send(frame);
  expect(await serves()).toBe(true);
  socket.close();
});

describe("who may connect", () => {
  const handshake = (headers: Record<string, string>) => openTestSocket(api.url, { extraHeaders: headers });

  test.each(["https://evil.example", "http://localhost.evil.example", "null"])(
    "the origin %s may not",
    async (origin) => {
      await expect(handshake({ origin })).rejects.toThrow();
    },
  );
  test.each(["http://localhost:5173", "http://127.0.0.1:8000"])("the origin %s may", async (origin) => {
    const { socket } = await handshake({ origin });
    expect(socket.connected).toBe(true);
    socket.close();
  });
  test("a foreign Host may not", async () => {
    await expect(handshake({ host: "evil.example" })).rejects.toThrow();
  });
  test("long polling is not offered", async () => {
    const request = "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
    expect((await sendRaw(api.port, request)).status).toBe(400);
  });

  test("a page that was allowed may, also with a key", async () => {
    const [key, origin] = ["a-key-for-tests-0123456789", "https://ui.example"];
    const keyed = await startTestApi({ API_KEY: key, ALLOWED_ORIGINS: `${origin}/` });
    const as = (from: string) => openTestSocket(keyed.url, { auth: { token: key }, extraHeaders: { origin: from } });
    try {
      (await as(origin)).socket.close();
      await expect(as("https://evil.example")).rejects.toThrow();
    } finally {
      await keyed.close();
    }
  });

  test("with a key, only who has it", async () => {
    const key = "a-key-for-tests-0123456789";
    const keyed = await startTestApi({ API_KEY: key });
    try {
      for (const auth of [{}, { token: "wrong-key-0123456789" }, { token: 1 }, { token: [key] }]) {
        await expect(openTestSocket(keyed.url, { auth })).rejects.toMatchObject({ data: { code: "UNAUTHENTICATED" } });
      }
      (await openTestSocket(keyed.url, { auth: { token: key } })).socket.close();
      (await openTestSocket(keyed.url, { extraHeaders: { authorization: `Bearer ${key}` } })).socket.close();
    } finally {
      await keyed.close();
    }
  });
});
