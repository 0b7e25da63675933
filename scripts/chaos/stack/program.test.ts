import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { createProgram } from "./program.ts";
import type { Incident, Program } from "./program.ts";

let dir: string;
let program: Program | undefined;
let incidents: Incident[];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "lambda-lite-program-"));
  incidents = [];
});
afterEach(async () => {
  await program?.kill();
  program = undefined;
  await rm(dir, { recursive: true, force: true });
});

/** A Node program that does what `script` says, and then says that it's up. */
function node(script: string, graceMs = 5_000): Program {
  program = createProgram(
    {
      name: "it",
      command: [process.execPath, "-e", `${script};console.log("up", process.env.LIFE ?? "")`],
      cwd: dir,
      env: { PATH: process.env["PATH"] ?? "" },
      logDir: dir,
      startMs: 10_000,
      graceMs,
      ready: async (lines) => void (await lines.first((line) => line.startsWith("up"))),
    },
    (incident) => incidents.push(incident),
  );
  return program;
}
const waits = "setInterval(() => {}, 1000);";
const kinds = () => incidents.map(({ kind }) => kind);
const log = () => readFile(join(dir, "it.log"), "utf8");

test("is killed and started again, without an incident", async () => {
  const it = node(waits);
  await it.start({ LIFE: "one" });
  expect(it.isUp()).toBe(true);
  await it.kill();
  expect(it.isUp()).toBe(false);
  await it.start();
  await expect.poll(log).toBe("up one\nup \n");
  expect(kinds()).toEqual([]);
});

test("ends in an orderly way, also while it is frozen", async () => {
  const it = node(`process.on("SIGTERM", () => process.exit(0));${waits}`);
  await it.start();
  it.signal("SIGSTOP");
  expect(await it.terminate()).toMatchObject({ code: 0, signal: null });
  expect(kinds()).toEqual([]);
});

test("tells of an end that wasn't clean, and kills what doesn't end", async () => {
  const it = node(`process.on("SIGTERM", () => {});${waits}`, 200);
  await it.start();
  expect(await it.terminate()).toMatchObject({ code: null, signal: "SIGKILL" });
  expect(kinds()).toEqual(["unclean"]);
});

test("is started again when it ends by itself, which is told", async () => {
  const it = node("setTimeout(() => process.exit(7), 50);");
  await it.start();
  await expect.poll(async () => (await log()).split("\n").length).toBeGreaterThan(2);
  await it.kill();
  expect(incidents[0]).toMatchObject({ kind: "crash", program: "it" });
  expect(incidents[0]?.what).toContain("code 7");
});

test("an end before it is up is told as a failed start", async () => {
  const it = node("");
  program = createProgram(
    {
      name: "it",
      command: [process.execPath, "-e", "process.exit(3)"],
      cwd: dir,
      env: { PATH: process.env["PATH"] ?? "" },
      logDir: dir,
      startMs: 300,
      graceMs: 100,
      ready: () => new Promise(() => {}),
    },
    (incident) => incidents.push(incident),
  );
  await expect(program.start()).rejects.toThrow("isn't up after 300 ms");
  expect(kinds()[0]).toBe("start");
  expect(it.isUp()).toBe(false);
});
