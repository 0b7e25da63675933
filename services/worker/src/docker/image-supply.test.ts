import { readdir, readlink, rm, writeFile } from "node:fs/promises";
import type { IncomingMessage, RequestListener } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemRandom } from "@lambda-lite/backplane/ports";
import { silentLogger } from "@lambda-lite/backplane/testing";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { startStubEngine } from "../testing/stub-engine.ts";
import type { StubEngine } from "../testing/stub-engine.ts";
import { ENGINE_DEADLINE_MS } from "./engine-deadline.ts";
import { supplyImage } from "./image-supply.ts";

const archive = join(tmpdir(), `image-supply-${systemRandom.hex(4)}.tar`);
/** More than a socket takes without a reader. */
const ARCHIVE_BYTES = 8 * 1024 * 1024;
const fromArchive = { archive, pull: false };
const fromRegistry = { archive: undefined, pull: true };
let engine: StubEngine;

beforeAll(() => writeFile(archive, Buffer.alloc(ARCHIVE_BYTES)));
afterAll(() => rm(archive));
afterEach(async () => {
  vi.useRealTimers();
  await engine.close();
});

const supply = (from: typeof fromArchive | typeof fromRegistry) =>
  supplyImage("sandbox:1", from, { docker: engine.docker, logger: silentLogger });

async function openFiles(): Promise<string[]> {
  const names = await readdir("/proc/self/fd");
  return Promise.all(names.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => "")));
}

test("an archive reaches the engine as it is, and is closed", async () => {
  let received = 0;
  engine = await startStubEngine((request, response) => {
    request.on("data", (chunk: Buffer) => (received += chunk.length));
    request.on("end", () => response.end('{"stream":"Loaded image"}\n'));
  });
  expect(await supply(fromArchive)).toBe(true);
  expect(received).toBe(ARCHIVE_BYTES);
  expect(await openFiles()).not.toContain(archive);
});

test("what the engine refuses is told", async () => {
  engine = await startStubEngine((_request, response) => response.writeHead(500).end('{"message":"no such registry"}'));
  await expect(supply(fromRegistry)).rejects.toThrow("no such registry");
});

test("a failure in the middle of a pull is told, whatever else the engine says", async () => {
  engine = await startStubEngine((request, response) => {
    request.resume();
    response.end(
      '{"status":"Pulling"}\nnot JSON\nnull\n{"error":"manifest unknown","errorDetail":{}}\n{"status":"x"}\n',
    );
  });
  await expect(supply(fromRegistry)).rejects.toThrow("manifest unknown");
  await vi.waitFor(() => expect(engine.open()).toBe(0));
});

test("an archive that isn't there is told", async () => {
  engine = await startStubEngine(() => undefined);
  await expect(supply({ archive: `${archive}.gone`, pull: false })).rejects.toThrow("ENOENT");
});

const pause = () => undefined;
const pauseInAnswer: RequestListener = (request, response) => {
  request.resume();
  response.write('{"status":"Pulling"}\n');
};
test.each<[string, typeof fromArchive | typeof fromRegistry, RequestListener]>([
  ["doesn't answer to a pull", fromRegistry, pause],
  ["pauses in a pull", fromRegistry, pauseInAnswer],
  ["doesn't read the archive", fromArchive, pause],
  ["reads it and doesn't answer", fromArchive, (request) => void request.resume()],
  ["pauses in its answer to it", fromArchive, pauseInAnswer],
])("an engine that %s is given up at the deadline, and nothing stays open", async (_how, from, answer) => {
  const requests: IncomingMessage[] = [];
  engine = await startStubEngine((request, response) => {
    requests.push(request);
    answer(request, response);
  });
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const failure = supply(from).catch(String);
  await vi.waitFor(() => expect(requests).toHaveLength(1));
  await vi.advanceTimersByTimeAsync(ENGINE_DEADLINE_MS.image);
  expect(await failure).toContain("didn't answer within 600 s: bring the image");
  vi.useRealTimers();
  // A server sees the end of a connection when it reads.
  requests[0]?.resume();
  await vi.waitFor(() => expect(engine.open()).toBe(0));
  await vi.waitFor(async () => expect(await openFiles()).not.toContain(archive));
});
