import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { root } from "./paths.ts";

/** How long a service may take to be up, in ms. */
const START_TIMEOUT_MS = 20_000;

/** A service of ours, run as a process of its own, the way it runs anywhere. */
export interface ServiceProcess {
  pid: number;
  /** What it said when it was up. */
  up: Record<string, unknown>;
  /** What it printed, line by line. */
  lines: string[];
  /** Ends it in an orderly way. @returns its exit code: 0 only if nothing was left open. */
  terminate(): Promise<number | null>;
  /** Ends it as a crash would. */
  kill(): Promise<void>;
  signal(name: NodeJS.Signals): void;
}

/** What is run: the sources as they are, or what was built of them and goes into the images. */
const PROGRAMS = {
  source: (name: string) => ["--conditions=@lambda-lite/source", `services/${name}/src/main.ts`],
  built: (name: string) => {
    const manifest = readFileSync(join(root, "services", name, "package.json"), "utf8");
    const { scripts } = JSON.parse(manifest) as { scripts: { start: string } };
    // `exec node <flags> dist/main.js`
    return [...scripts.start.split(" ").slice(2, -1), `services/${name}/dist/main.js`];
  },
} as const;

/** Starts `services/<name>` and waits until it says `<upMessage>`. @throws Error with its output when it doesn't. */
export async function startService(
  name: "api" | "worker",
  upMessage: string,
  env: Record<string, string>,
  program: keyof typeof PROGRAMS = "source",
): Promise<ServiceProcess> {
  const child = spawn(process.execPath, PROGRAMS[program](name), {
    cwd: root,
    env: { ...process.env, LOG_LEVEL: "info", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines: string[] = [];
  const up = Promise.withResolvers<Record<string, unknown>>();
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => {
      lines.push(line);
      const said = parse(line);
      if (said?.["msg"] === upMessage) up.resolve(said);
    });
  }
  child.once("exit", () => up.reject(new Error(`${name} ended:\n${lines.join("\n")}`)));
  const timer = setTimeout(
    () => up.reject(new Error(`${name} isn't up after ${START_TIMEOUT_MS} ms:\n${lines.join("\n")}`)),
    START_TIMEOUT_MS,
  );
  try {
    return { ...controls(child), up: await up.promise, lines };
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function controls(child: ChildProcess) {
  const ended = once(child, "exit").then(([code]) => code as number | null);
  return {
    pid: child.pid as number,
    signal: (name: NodeJS.Signals) => void child.kill(name),
    async terminate() {
      if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
      return ended;
    },
    async kill() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

function parse(line: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
