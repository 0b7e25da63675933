import { setImmediate as nextTurn } from "node:timers/promises";
import type { Clock } from "@lambda-lite/backplane/ports";
import { ExitReason, SIZE_LIMITS, exceedsDepth, utf8Length } from "@lambda-lite/shared";
import type { ResourceLimits, Usage } from "@lambda-lite/shared";
import type Docker from "dockerode";
import type { Evidence, ReportedResult } from "../domain/exit-decision.ts";
import { decideExit } from "../domain/exit-decision.ts";
import { createJobLog } from "../domain/job-log.ts";
import type { Rush } from "../domain/rush.ts";
import type { ExecutionResult, RunOptions, Sandbox, SandboxRequest, StopReason } from "../ports/sandbox.ts";
import type { UsageReader } from "../ports/usage-reader.ts";
import type { ContainerRemoval } from "./container-removal.ts";
import { ENGINE_DEADLINE_MS, withDeadline } from "./engine-deadline.ts";
import type { RunnerConnection } from "./runner-connection.ts";
import type { SandboxGroup } from "./sandbox-groups.ts";

/** Version of sandbox/protocol.md. */
const PROTOCOL_VERSION = 1;
/**
 * Deepest result that is kept. JSON.stringify overflows its stack between 4,000 and 8,000 levels
 * (measured on Node 24), and every reader of the job encodes it again.
 */
const MAX_RESULT_DEPTH = 2_000;
const TOO_DEEP = `The result nests deeper than ${MAX_RESULT_DEPTH} levels`;
/** A container that is done keeps its memory for no longer than this. */
const REMOVAL_PATIENCE = { quietMs: 100, mostMs: 250 };
/** A job that runs longer gives its container its name, in ms. */
const NAME_DELAY_MS = 100;
/** Longest wait for the engine to say how a container ended, in ms. */
const END_TIMEOUT_MS = 10_000;

export interface DockerSandboxParts {
  container: Docker.Container;
  connection: RunnerConnection;
  removal: ContainerRemoval;
  /** The control group above the container's, if it has one of its own. */
  group: SandboxGroup | undefined;
  /** What is used from now on. */
  usage: UsageReader;
  imageDigest: string | undefined;
  /** What its removal gives way to. */
  rush: Rush;
  clock: Clock;
  onDroppedFrames: ((count: number) => void) | undefined;
}

/** How a run was ended: by its result, by its own end, or by the worker. */
type Ending =
  | { by: "result"; reported: ReportedResult }
  | { by: "end"; error: Error | undefined }
  | { by: "kill"; killedFor: NonNullable<Evidence["killedFor"]> };

type EngineError = Error & { statusCode?: number };

/** One started container. Used once: `run` may be called once, then `dispose`. */
export function createDockerSandbox(parts: DockerSandboxParts): Sandbox {
  const { container, connection, removal, group, usage, clock } = parts;

  let hasResult = false;

  async function run(request: SandboxRequest, options: RunOptions): Promise<ExecutionResult> {
    const log = createJobLog(request.limits.logBytes);
    connection.onLog = (chunk) => {
      const kept = log.append(chunk);
      if (kept) options.onLog?.(kept);
    };
    const over = new AbortController();
    const ending = watchForEnding(request, options.signal, over.signal);
    const startedMs = clock.monotonicMs();
    // Asked to stop before it began: its code isn't to start at all.
    if (!options.signal.aborted) connection.send(jobHeader(request, connection.nonce), maxOutputBytes(request.limits));
    void nameAfterJob(request, over.signal);

    const ended = await ending;
    over.abort("ended");
    const executionTimeMs = clock.monotonicMs() - startedMs;
    parts.onDroppedFrames?.(connection.droppedFrames());
    const evidence = await collectEvidence(ended, request);
    hasResult = ended.by === "result";
    const { reason, resultJson, error } = decideExit(evidence);
    return {
      reason,
      logs: log.text(),
      logSpans: log.spans(),
      executionTimeMs,
      ...(evidence.usage && { usage: rounded(evidence.usage) }),
      ...(parts.imageDigest && { imageDigest: parts.imageDigest }),
      ...(resultJson === undefined ? {} : { resultJson }),
      ...(error === undefined ? {} : { error }),
      ...describeEnd(evidence.end),
    };
  }

  /** For people who look at `docker ps`. Not for short jobs: it costs the engine as much as they do, while they run. */
  async function nameAfterJob({ jobId, attempt }: SandboxRequest, over: AbortSignal): Promise<void> {
    await clock.sleep(NAME_DELAY_MS, over);
    if (over.aborted) return;
    await withDeadline("name a container", ENGINE_DEADLINE_MS.ask, (abortSignal) =>
      container.rename({ name: `lambdalite-job-${jobId}-${attempt}`, abortSignal }),
    ).catch(() => undefined);
  }

  /** Whatever comes first. Timers and listeners are gone when `over` aborts. */
  function watchForEnding(request: SandboxRequest, stop: AbortSignal, over: AbortSignal): Promise<Ending> {
    const stopped = Promise.withResolvers<StopReason>();
    const onStop = () => stopped.resolve(stop.reason as StopReason);
    if (stop.aborted) onStop();
    stop.addEventListener("abort", onStop);
    over.addEventListener("abort", () => stop.removeEventListener("abort", onStop));
    const killed = (killedFor: NonNullable<Evidence["killedFor"]>): Ending => ({ by: "kill", killedFor });
    return Promise.race([
      connection.result.then((reported): Ending => ({ by: "result", reported: checked(reported, request.limits) })),
      // A worker that was held up finds its timers due before it reads what came in time.
      clock.sleep(request.limits.timeout, over).then(() => nextTurn(killed("timeout"))),
      stopped.promise.then(killed),
      connection.overflow.then(() => killed("output-limit")),
      connection.closed.then((error): Ending => ({ by: "end", error })),
    ]);
  }

  async function collectEvidence(ended: Ending, { limits }: SandboxRequest): Promise<Evidence> {
    const base = { stderr: connection.stderr(), limits };
    if (ended.by === "result") return { ...base, reported: ended.reported, usage: await usage.read() };
    if (ended.by === "kill") {
      // Before the kill: some counters go with the container.
      const [used, refusals] = await Promise.all([usage.read(), usage.readRefusals()]);
      const { killedFor } = ended;
      const failure = await kill();
      if (killedFor !== "timeout" || !failure) return { ...base, killedFor, usage: used, refusals };
      // An engine that doesn't answer may not have passed the code on either: that's no timeout of the user's.
      if (!isGone(failure)) return { ...base, engineError: failure.message };
      // It had ended before: that is why no result came.
    }
    const end = await waitForEnd();
    if (end) return { ...base, end, usage: await usage.read(), refusals: await usage.readRefusals() };
    const error = ended.by === "end" ? ended.error : undefined;
    return { ...base, engineError: error?.message ?? "the engine didn't say how it ended" };
  }

  /** From outside and at once: no loop inside can ignore it. Removal follows in any case. @returns why it failed */
  async function kill(): Promise<EngineError | undefined> {
    const killing = (abortSignal: AbortSignal) => container.kill({ signal: "SIGKILL", abortSignal });
    return withDeadline("kill a container", ENGINE_DEADLINE_MS.ask, killing).then(
      () => undefined,
      (error: EngineError) => error,
    );
  }

  /** Exit code and the kernel's OOM record, once the engine knows them. */
  async function waitForEnd(): Promise<Evidence["end"]> {
    const over = new AbortController();
    const waited = container.wait({ abortSignal: over.signal }).then(
      () => true,
      () => false,
    );
    const known = await Promise.race([waited, clock.sleep(END_TIMEOUT_MS, over.signal).then(() => false)]);
    over.abort();
    if (!known) return undefined;
    try {
      const { State } = await withDeadline("inspect a container", ENGINE_DEADLINE_MS.ask, (abortSignal) =>
        container.inspect({ abortSignal }),
      );
      return { exitCode: State.ExitCode, oomKilled: State.OOMKilled };
    } catch {
      return undefined;
    }
  }

  /** The end of a container takes a core for some 90 ms. The one whose job is done waits with it, and uses nothing. */
  async function whenItDisturbsNobody(): Promise<void> {
    if (hasResult) await parts.rush.over(REMOVAL_PATIENCE);
    connection.close();
    await removal.remove(container, group);
  }

  return {
    ended: connection.closed.then(() => undefined),
    run,
    async dispose() {
      await removal.expect(whenItDisturbsNobody());
    },
  };
}

/** To a hundredth of a millisecond: finer is noise. */
function rounded(usage: Usage): Usage {
  return { ...usage, cpuTime: Math.round(usage.cpuTime * 100) / 100 };
}

/** Not there any more, or not running any more. */
function isGone({ statusCode }: EngineError): boolean {
  return statusCode === 404 || statusCode === 409;
}

/** The one line that starts a job (sandbox/protocol.md). */
export function jobHeader(
  { code, argsJson, limits: { logBytes, resultBytes } }: SandboxRequest,
  nonce: string,
): string {
  const { logLineBytes, errorBytes } = SIZE_LIMITS;
  const limits = { logBytes, logLineBytes, resultBytes, errorBytes };
  return `${JSON.stringify({ v: PROTOCOL_VERSION, nonce, code, args: argsJson, limits })}\n`;
}

/**
 * Most bytes read from one sandbox. Log lines of one character make 80 bytes of frame for each of log, and a result may
 * be escaped sixfold; more than this can only be a runner that ignores its limits.
 */
function maxOutputBytes({ logBytes, resultBytes }: ResourceLimits): number {
  return 128 * logBytes + 8 * resultBytes + 1024 * 1024;
}

/** The runner checks all this too; a runner that user code took over doesn't. */
function checked(reported: ReportedResult, { resultBytes }: ResourceLimits): ReportedResult {
  if (!reported.ok) return { ...reported, error: reported.error.slice(0, SIZE_LIMITS.errorBytes) };
  if (utf8Length(reported.resultJson) > resultBytes) {
    return {
      ok: false,
      reason: ExitReason.OUTPUT_LIMIT,
      error: `The result is larger than ${resultBytes} bytes of JSON`,
    };
  }
  try {
    const result: unknown = JSON.parse(reported.resultJson);
    if (!exceedsDepth(result, MAX_RESULT_DEPTH)) return reported;
    return { ok: false, reason: ExitReason.INVALID_RESULT, error: TOO_DEEP };
  } catch {
    return { ok: false, reason: ExitReason.INVALID_RESULT, error: "The result is not JSON" };
  }
}

/** 128 + n is how tini and shells tell of a death by signal n. */
function describeEnd(end: Evidence["end"]): Pick<ExecutionResult, "exitCode" | "signal"> {
  if (!end) return {};
  const signal = SIGNALS[end.exitCode - 128];
  return { exitCode: end.exitCode, ...(signal && { signal }) };
}
const SIGNALS: Readonly<Record<number, string>> = {
  4: "SIGILL",
  5: "SIGTRAP",
  6: "SIGABRT",
  7: "SIGBUS",
  9: "SIGKILL",
  11: "SIGSEGV",
  15: "SIGTERM",
  31: "SIGSYS",
};
