import { spawn } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import type { ProcessSpec } from "./managed-process.ts";
import { createPidFiles } from "./pid-files.ts";
import { identify } from "./process-identity.ts";
import { createScreen } from "./screen.ts";
import { createSupervisor, stopLeftovers } from "./supervisor.ts";
import { waitUntil } from "./wait-until.ts";

let dir: string;
let shown: string[];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "supervisor-"));
  shown = [];
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const screen = () => createScreen((text) => void shown.push(text));
const pidFiles = () => createPidFiles(join(dir, "pids"));
const supervisor = () => createSupervisor({ screen: screen(), pidFiles: pidFiles(), logDir: join(dir, "logs") });

function program(name: string, code: string, graceMs = 5_000): ProcessSpec {
  return {
    name,
    command: process.execPath,
    args: ["-e", code],
    cwd: dir,
    env: process.env,
    graceMs,
    shows: () => true,
  };
}

const untilStopped = "setInterval(() => {}, 1000);";
const announcing = (name: string) =>
  `process.on("SIGTERM", () => { console.log("${name} stops"); process.exit() }); console.log("${name} up"); ${untilStopped}`;

function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const probe = async () => {
    if (!(await holds())) throw new Error("not yet");
  };
  return waitUntil(what, probe, { timeoutMs: 5_000 });
}

const untilShown = (text: string) => until(text, () => shown.join("").includes(text));
const untilGone = (pid: number) => until(`end of ${pid}`, async () => (await identify(pid)) === undefined);

describe("the supervisor", () => {
  test("stops everything in the reverse order of its start and forgets it", async () => {
    const own = supervisor();
    for (const name of ["first", "second"]) {
      await own.start(program(name, announcing(name)));
      await untilShown(`${name} up`);
    }
    expect(await readdir(join(dir, "pids"))).toEqual(["first.json", "second.json"]);
    await own.stopAll();
    const text = shown.join("");
    expect(text.indexOf("second stops")).toBeGreaterThan(0);
    expect(text.indexOf("second stops")).toBeLessThan(text.indexOf("first stops"));
    expect(await readdir(join(dir, "pids"))).toEqual([]);
  });

  test("says which program died and what it said last", async () => {
    const own = supervisor();
    await own.start(program("steady", untilStopped));
    await own.start(program("fragile", 'console.error("disk full"); process.exit(3)'));
    const death = await own.died;
    expect(death.message).toContain("fragile");
    expect(death.message).toContain("exit code 3");
    expect(death.message).toContain("disk full");
    await own.stopAll();
  });

  test("kills what doesn't stop within its grace, and what it leaves behind in its group", async () => {
    const own = supervisor();
    const child = `const { spawn } = require("node:child_process"); console.log("child", spawn("sleep", ["60"]).pid, ".");`;
    const stubborn = await own.start(
      program("stubborn", `${child} process.on("SIGTERM", () => {}); ${untilStopped}`, 300),
    );
    await untilShown(" .");
    const grandchild = Number(/child (\d+)/.exec(shown.join(""))?.[1]);
    expect(await identify(grandchild)).toBeDefined();
    await own.stopAll();
    expect(await stubborn.ended).toMatchObject({ signal: "SIGKILL" });
    await untilGone(grandchild);
  });

  test("starts nothing once it is stopping", async () => {
    const own = supervisor();
    await own.stopAll();
    await expect(own.start(program("late", untilStopped))).rejects.toThrow("late");
  });

  test("a program that can't be started is an error with its name", async () => {
    const own = supervisor();
    const start = own.start({ ...program("absent", ""), cwd: join(dir, "nowhere") });
    await expect(start).rejects.toThrow("absent");
    await own.stopAll();
  });
});

describe("what an earlier run left", () => {
  test("is stopped by the next one", async () => {
    const leftover = spawn("sleep", ["60"], { detached: true, stdio: "ignore" });
    await pidFiles().write("sleeper", leftover.pid as number, 5_000);
    await stopLeftovers(pidFiles(), screen());
    await untilGone(leftover.pid as number);
    expect(await readdir(join(dir, "pids"))).toEqual([]);
  });

  test("isn't confused with another process that has its number now", async () => {
    const other = spawn("sleep", ["60"], { detached: true, stdio: "ignore" });
    const files = pidFiles();
    await files.write("sleeper", other.pid as number, 5_000);
    const { writeFile, readFile } = await import("node:fs/promises");
    const file = join(dir, "pids", "sleeper.json");
    const identity = JSON.parse(await readFile(file, "utf8")) as object;
    await writeFile(file, JSON.stringify({ ...identity, startTicks: "1" }));
    await stopLeftovers(files, screen());
    expect(await identify(other.pid as number)).toBeDefined();
    other.kill();
  });

  test("is nothing, even after kill -9", async () => {
    const fixture = `
      import { createSupervisor } from "${import.meta.dirname}/supervisor.ts";
      import { createPidFiles } from "${import.meta.dirname}/pid-files.ts";
      import { createScreen } from "${import.meta.dirname}/screen.ts";
      const own = createSupervisor({ screen: createScreen(), pidFiles: createPidFiles("${dir}/pids"), logDir: "${dir}/logs" });
      const spec = { name: "s", command: "sleep", args: ["60"], cwd: "/", env: process.env, graceMs: 1, shows: () => true };
      console.log((await own.start(spec)).pid);`;
    const parent = spawn(process.execPath, ["--input-type=module-typescript", "-e", fixture], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const pid = Number(
      await new Promise((resolve) => parent.stdout.once("data", (data: Buffer) => resolve(data.toString()))),
    );
    expect(await identify(pid)).toBeDefined();
    await sleep(100); // setpriv has become the program by then
    parent.kill("SIGKILL");
    await untilGone(pid);
  });
});
