import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { readSandboxDefinition } from "@lambda-lite/worker/sandboxes";

import { root } from "../lib/paths.ts";
import { median } from "./statistics.ts";

const ROUNDS = 15;

/** From the start of the process to its `ready`, on the machine itself, in ms: medians. */
export interface RunnerStart {
  /** Node alone, with a program of one line: what can't be undercut. */
  bareNode: number;
  runner: number;
  /** With a compile cache that is filled already (NODE_COMPILE_CACHE). */
  withCompileCache: number;
  /** One line, from a snapshot of Node's heap: what a snapshot could save at most. */
  bareSnapshot: number;
}

/** (f) */
export async function measureRunnerStart(): Promise<RunnerStart> {
  const dir = await mkdtemp(join(tmpdir(), "runner-start-"));
  try {
    const bare = join(dir, "bare.js");
    await writeFile(bare, 'process.stdout.write("ready\\n"); require("node:fs").readSync(0, Buffer.alloc(1));');
    const blob = join(dir, "bare.blob");
    const deserialize = "require('node:v8').startupSnapshot.setDeserializeMainFunction";
    const main = join(dir, "main.js");
    await writeFile(
      main,
      `const fs = require("node:fs"); ${deserialize}(() => { fs.writeSync(1, "ready\\n"); fs.readSync(0, Buffer.alloc(1)); });`,
    );
    await once(spawn(process.execPath, ["--snapshot-blob", blob, "--build-snapshot", main]), "exit");

    const { nodeFlags } = await readSandboxDefinition();
    const runner = join(root, "sandbox", "javascript", "runner", "runner.js");
    // Memory and permissions are the container's own matter; the rest of the flags costs time here as there.
    const flags = nodeFlags.filter((flag) => !flag.startsWith("--permission") && !flag.startsWith("--allow-fs"));
    const ways: Record<keyof RunnerStart, () => Promise<number>> = {
      bareNode: () => timeToReady([bare]),
      runner: () => timeToReady([...flags, runner]),
      withCompileCache: () => timeToReady([...flags, runner], { NODE_COMPILE_CACHE: join(dir, "cache") }),
      bareSnapshot: () => timeToReady(["--snapshot-blob", blob]),
    };
    const times: Record<string, number[]> = {};
    // The first round fills caches.
    for (const measure of Object.values(ways)) await measure();
    for (let n = 0; n < ROUNDS; n += 1) {
      for (const [way, measure] of Object.entries(ways)) (times[way] ??= []).push(await measure());
    }
    return Object.fromEntries(Object.entries(times).map(([way, ms]) => [way, median(ms)])) as unknown as RunnerStart;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function timeToReady(args: string[], env: Record<string, string> = {}): Promise<number> {
  const startedMs = performance.now();
  const child = spawn(process.execPath, args, { env, stdio: ["pipe", "pipe", "ignore"] });
  const exited = once(child, "exit");
  const ready = await Promise.race([once(child.stdout, "data"), exited.then(() => undefined)]);
  const tookMs = performance.now() - startedMs;
  if (!ready) throw new Error(`node ${args.join(" ")} ended without being ready`);
  // Ended by its stdin, in its own time: a compile cache is written at the end.
  child.stdin.end();
  await exited;
  return tookMs;
}
