import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { dieWithParent } from "../../lib/die-with-parent.ts";
import { createTail, onLines } from "../../lib/lines.ts";
import { SetupError } from "../../lib/setup-error.ts";
import { createLinesSeen } from "./lines-seen.ts";
import type { LinesSeen } from "./lines-seen.ts";

/** Pause before a program is started again that ended by itself, in ms. */
const RESTART_MS = 1_000;

export interface ProgramSpec {
  name: string;
  command: [string, ...string[]];
  cwd: string;
  /** The whole environment: nothing is inherited unnoticed. */
  env: Record<string, string>;
  logDir: string;
  /** How long it may take to be up, over all its tries. */
  startMs: number;
  /** How long it may take to end when it is asked to; then it is killed, which `terminate` tells. */
  graceMs: number;
  /** Resolves when it can be used. `lines` are those of its present life. */
  ready(lines: Pick<LinesSeen, "first">): Promise<void>;
}

/** Something that a program did without being told to. */
export interface Incident {
  atMs: number;
  program: string;
  /**
   * `start`: it ended before it was up, as it may when what it needs is away. `crash`: it was up, and nobody had told
   * it to. `unclean`: it was told to, and ended otherwise than with code 0.
   */
  kind: "start" | "crash" | "unclean";
  what: string;
}

/** How an orderly stop went. */
export interface OrderlyEnd {
  code: number | null;
  signal: NodeJS.Signals | null;
  tookMs: number;
}

/**
 * A program that is stopped and started again with the same data. One that ends by itself is started again, as by
 * whatever runs it in production, and the incident is told.
 *
 * DOWN --start--> STARTING --ready--> UP --kill, terminate--> DOWN; UP --ends by itself--> STARTING
 */
export interface Program {
  readonly name: string;
  isUp(): boolean;
  /** Resolves when it is up. `env` is of this life only. @throws SetupError when it doesn't come up in time. */
  start(env?: Record<string, string>): Promise<void>;
  /** As a crash, or a machine that loses its power, ends it. */
  kill(): Promise<void>;
  terminate(): Promise<OrderlyEnd>;
  signal(name: NodeJS.Signals): void;
}

export function createProgram(spec: ProgramSpec, onIncident: (incident: Incident) => void): Program {
  const tail = createTail(25);
  let child: ChildProcess | undefined;
  let wanted = false;
  let up = false;
  /** One start or stop at a time: rounds overlap. */
  let queue: Promise<unknown> = Promise.resolve();
  let keeper: Promise<void> = Promise.resolve();

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = queue.then(work);
    queue = turn.catch(() => undefined);
    return turn;
  }

  function incident(kind: Incident["kind"], what: string): void {
    onIncident({ atMs: Date.now(), program: spec.name, kind, what });
  }

  /** Keeps it running until it is no longer wanted. */
  async function keep(env: Record<string, string>, isUp: () => void): Promise<void> {
    while (wanted) {
      const { started, lines } = begin({ ...spec.env, ...env });
      const ended = once(started, "exit");
      child = started;
      const ready = spec.ready(lines).then(
        () => true,
        () => false,
      );
      up = await Promise.race([ready, ended.then(() => false)]);
      if (up) isUp();
      const [code, signal] = (await ended) as [number | null, NodeJS.Signals | null];
      const kind = up ? "crash" : "start";
      up = false;
      if (!wanted) return;
      incident(kind, `ended with ${signal ?? `code ${code}`}: ${tail.lines().at(-1) ?? ""}`);
      await sleep(RESTART_MS);
    }
  }

  function begin(env: Record<string, string>): { started: ChildProcess; lines: LinesSeen } {
    mkdirSync(spec.logDir, { recursive: true });
    const log = createWriteStream(join(spec.logDir, `${spec.name}.log`), { flags: "a" });
    const [command, ...args] = dieWithParent(spec.command);
    // A group of its own: a terminal's Ctrl-C reaches only the harness.
    const started = spawn(command, args, {
      cwd: spec.cwd,
      env,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const lines = createLinesSeen();
    for (const stream of [started.stdout, started.stderr]) {
      onLines(stream, (line) => {
        tail.push(line);
        log.write(`${line}\n`);
        lines.push(line);
      });
    }
    started.once("close", () => log.end());
    return { started, lines };
  }

  async function end(signal: NodeJS.Signals): Promise<OrderlyEnd> {
    wanted = false;
    const startedMs = performance.now();
    const running = child;
    const wasUp = up;
    if (running && running.exitCode === null && running.signalCode === null) {
      running.kill(signal);
      running.kill("SIGCONT"); // a frozen one would never hear of it
      const insist = setTimeout(() => running.kill("SIGKILL"), spec.graceMs);
      await keeper;
      clearTimeout(insist);
    }
    await keeper;
    const [code, by] = [running?.exitCode ?? null, running?.signalCode ?? null];
    if (wasUp && signal === "SIGTERM" && code !== 0)
      incident("unclean", `told to end, it ended with ${by ?? `code ${code}`}`);
    return { code, signal: by, tookMs: performance.now() - startedMs };
  }

  return {
    name: spec.name,
    isUp: () => up,
    start: (env = {}) =>
      inTurn(async () => {
        if (wanted) return;
        wanted = true;
        const started = Promise.withResolvers<void>();
        keeper = keep(env, started.resolve).catch(started.reject);
        const late = setTimeout(() => {
          const lines = tail.lines().map((line) => `  ${line}`);
          started.reject(new SetupError([`${spec.name} isn't up after ${spec.startMs} ms:`, ...lines].join("\n")));
        }, spec.startMs);
        await started.promise.finally(() => clearTimeout(late));
      }),
    kill: () => inTurn(async () => void (await end("SIGKILL"))),
    terminate: () => inTurn(() => end("SIGTERM")),
    signal: (name) => void child?.kill(name),
  };
}
