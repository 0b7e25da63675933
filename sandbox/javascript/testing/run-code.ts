import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";

const image = JSON.parse(readFileSync(join(import.meta.dirname, "../image.json"), "utf8")) as {
  nodeFlags: string[];
  entry: string;
};
const runnerDir = join(import.meta.dirname, "../runner/");

export const LIMITS = { logBytes: 1_048_576, logLineBytes: 65_536, resultBytes: 1_048_576, errorBytes: 8_192 };
export const NONCE = "0123456789abcdef0123456789abcdef";

export interface Frame {
  n: string;
  s: number;
  t: "ready" | "log" | "result";
  c?: "stdout" | "stderr";
  d?: string;
  ok?: boolean;
  value?: string;
  reason?: string;
  error?: string;
}

export interface Run {
  /** Lines of stdout that the protocol accepts, `ready` left out: the right nonce and the next number. */
  frames: Frame[];
  /** Lines that a worker would drop. */
  dropped: string[];
  stdout: string;
  stderr: string;
  result: Frame | undefined;
  /** What the process itself wrote to stderr, outside of the protocol. */
  processErrors: string;
  exitCode: number | null;
}

export interface RunOptions {
  args?: unknown[];
  argsText?: string;
  limits?: Partial<typeof LIMITS>;
  nodeFlags?: string[];
  /** Kills the runner after so many ms, as a worker does at the time limit. */
  killAfterMs?: number;
}

/** Runs `code` as a worker would, in a process of its own with the image's flags but without a container. */
export function runCode(code: string, options: RunOptions = {}): Promise<Run> {
  const { args = [], argsText = JSON.stringify(args), limits } = options;
  return runInput(
    `${JSON.stringify({ v: 1, nonce: NONCE, code, args: argsText, limits: { ...LIMITS, ...limits } })}\n`,
    options,
  );
}

/** Runs the runner with any input. */
export async function runInput(input: string, { nodeFlags = [], killAfterMs }: RunOptions = {}): Promise<Run> {
  const flags = image.nodeFlags.map((flag) => flag.replace("/sandbox/", runnerDir));
  const child = spawn(process.execPath, [...nodeFlags, ...flags, join(runnerDir, "runner.js")], { env: {} });
  child.stdin.on("error", () => {}); // a runner that refuses its header doesn't read the rest
  child.stdin.end(input);
  const timer = killAfterMs === undefined ? undefined : setTimeout(() => child.kill("SIGKILL"), killAfterMs);
  const exited = new Promise<number | null>((resolve) => child.once("close", resolve));
  const [output, processErrors, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), exited]);
  clearTimeout(timer);
  return { ...readFrames(output), processErrors, exitCode };
}

function readFrames(output: string): Omit<Run, "processErrors" | "exitCode"> {
  const [ready, ...lines] = output.split("\n").slice(0, -1);
  if (ready !== '{"n":"","s":0,"t":"ready"}') throw new Error(`The first line isn't the ready frame: ${ready}`);
  const frames: Frame[] = [];
  const dropped: string[] = [];
  for (const line of lines) {
    const frame = parse(line);
    if (frame?.n === NONCE && frame.s === frames.length + 1) frames.push(frame);
    else dropped.push(line);
  }
  const printed = (channel: string) =>
    frames
      .filter(({ t, c }) => t === "log" && c === channel)
      .map(({ d }) => d)
      .join("");
  return {
    frames,
    dropped,
    stdout: printed("stdout"),
    stderr: printed("stderr"),
    result: frames.find(({ t }) => t === "result"),
  };
}

function parse(line: string): Frame | undefined {
  try {
    return JSON.parse(line) as Frame;
  } catch {
    return undefined;
  }
}

/** The value that main() returned. @throws when the run failed */
export function valueOf(run: Run): unknown {
  if (!run.result?.ok) throw new Error(`The run failed: ${JSON.stringify(run.result ?? run)}`);
  return JSON.parse(run.result.value ?? "");
}
