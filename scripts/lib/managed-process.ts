import { spawn } from "node:child_process";
import { createWriteStream, mkdirSync } from "node:fs";
import { join } from "node:path";

import { dieWithParent } from "./die-with-parent.ts";
import { createTail, onLines } from "./lines.ts";
import { signalGroup } from "./pid-files.ts";
import { SetupError } from "./setup-error.ts";

export interface ProcessSpec {
  name: string;
  command: string;
  args: string[];
  cwd: string;
  /** The whole environment: nothing is inherited unnoticed. */
  env: NodeJS.ProcessEnv;
  /** How long it may take to stop before it is killed. */
  graceMs: number;
  /** Which of its lines people see; all of them go to its log file. */
  shows: (line: string) => boolean;
}

export interface ProcessEnd {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A program that runs until it is stopped. It leads its own process group, so a terminal's Ctrl-C reaches only us. */
export interface ManagedProcess {
  readonly name: string;
  readonly pid: number;
  readonly ended: Promise<ProcessEnd>;
  lastLines(): string[];
  stop(): Promise<void>;
  kill(): void;
}

export interface ProcessOutput {
  logDir: string;
  show(name: string, line: string): void;
}

export function startProcess(spec: ProcessSpec, output: ProcessOutput): Promise<ManagedProcess> {
  mkdirSync(output.logDir, { recursive: true });
  const log = createWriteStream(join(output.logDir, `${spec.name}.log`));
  const tail = createTail(25);
  const [command, ...args] = dieWithParent([spec.command, ...spec.args]);
  // stdin is a pipe that stays open: Vite's server ends when its stdin does.
  const child = spawn(command, args, { cwd: spec.cwd, env: spec.env, detached: true, stdio: ["pipe", "pipe", "pipe"] });
  for (const stream of [child.stdout, child.stderr]) {
    onLines(stream, (line) => {
      tail.push(line);
      log.write(`${line}\n`);
      if (spec.shows(line)) output.show(spec.name, line);
    });
  }
  child.stdin.on("error", () => {}); // it went away before reading: its end says so
  const ended = new Promise<ProcessEnd>((resolve) => {
    child.once("exit", (code, signal) => {
      log.end();
      resolve({ code, signal });
    });
  });

  return new Promise((resolve, reject) => {
    child.once("error", (error) => reject(new SetupError(`${spec.name} can't be started: ${error.message}`)));
    child.once("spawn", () => {
      const pid = child.pid as number;
      resolve({ name: spec.name, pid, ended, lastLines: tail.lines, stop, kill: () => signalGroup(pid, "SIGKILL") });

      async function stop(): Promise<void> {
        signalGroup(pid, "SIGTERM");
        const insist = setTimeout(() => signalGroup(pid, "SIGKILL"), spec.graceMs);
        await ended;
        clearTimeout(insist);
        signalGroup(pid, "SIGKILL"); // children that outlived it
      }
    });
  });
}
