import type { ExitReason, LogSpans, LogStream, ResourceLimits, Usage } from "@lambda-lite/shared";

/** What makes two prepared sandboxes interchangeable. */
export interface PoolKey {
  runtime: "javascript";
  /** How it is walled off: the daemon's default runtime, gVisor, Kata. */
  isolation: "container";
  memoryMb: number;
  cpus: number;
  pids: number;
}

/** The sandbox that a job of these limits needs. */
export function poolKey({ memory, cpus, pids }: ResourceLimits): PoolKey {
  return { runtime: "javascript", isolation: "container", memoryMb: memory, cpus, pids };
}

/** Equal for interchangeable sandboxes, and for people to read: `javascript/container/512MB/1cpu/64pids`. */
export function poolKeyText({ runtime, isolation, memoryMb, cpus, pids }: PoolKey): string {
  return `${runtime}/${isolation}/${memoryMb}MB/${cpus}cpu/${pids}pids`;
}

/** One job, as a sandbox takes it. */
export interface SandboxRequest {
  jobId: string;
  attempt: number;
  code: string;
  /** The arguments as the text of one JSON array. */
  argsJson: string;
  limits: ResourceLimits;
}

/** Why the worker itself ends a run early; the `reason` of the abort signal. */
export type StopReason = "cancelled" | "drain" | "lease-lost";

/** What a run came to. Measured and decided by the worker, never by the sandbox. */
export interface ExecutionResult {
  reason: ExitReason;
  /** JSON text of what main() returned, when `reason` is OK. */
  resultJson?: string;
  logs: string;
  /** Which parts of `logs` are stderr's. */
  logSpans: LogSpans;
  /** For people, when `reason` isn't OK. */
  error?: string;
  /** Known when the sandbox's end had to be waited for. */
  exitCode?: number;
  signal?: string;
  /** From the header written to the result received, in ms. */
  executionTimeMs: number;
  /** Read from outside; absent when it couldn't be. */
  usage?: Usage;
  /** Content address of the image that it ran in. */
  imageDigest?: string;
}

export interface LogChunk {
  stream: LogStream;
  text: string;
}

export interface RunOptions {
  /** Aborting it kills the sandbox; the signal's reason is a StopReason. */
  signal: AbortSignal;
  /** Told what is kept of the log, as it comes. */
  onLog?: (chunk: LogChunk) => void;
}

/** A prepared sandbox: started, nobody has used it, waiting for its one job. */
export interface Sandbox {
  /** Resolves when it has come to its end by itself: while it waits, it died. */
  readonly ended: Promise<void>;
  /** Runs one job, once. What goes wrong inside is a result; it doesn't throw. */
  run(request: SandboxRequest, options: RunOptions): Promise<ExecutionResult>;
  /** Removes it, whatever state it is in. Never throws; what it can't remove, the reaper does. */
  dispose(): Promise<void>;
}

/** Where sandboxes come from. A cold start is `prepare` + `run`; a warm pool is a cache behind this port. */
export interface SandboxProvider {
  /**
   * A sandbox that nobody has used.
   * @throws SandboxUnavailable when none could be made; nothing is left behind then.
   */
  prepare(key: PoolKey, signal: AbortSignal): Promise<Sandbox>;
}

/** What is at fault when no sandbox can be made: this class of limits, or the engine with every class. */
export type FaultOf = "class" | "engine";

/** The platform couldn't make a sandbox. No user code has run. */
export class SandboxUnavailable extends Error {
  readonly faultOf: FaultOf;

  constructor(message: string, { faultOf = "engine", ...options }: ErrorOptions & { faultOf?: FaultOf } = {}) {
    super(message, options);
    this.name = "SandboxUnavailable";
    this.faultOf = faultOf;
  }
}
