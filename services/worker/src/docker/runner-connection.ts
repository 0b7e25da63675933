import type Docker from "dockerode";
import { ENGINE_DEADLINE_MS, withDeadline } from "./engine-deadline.ts";
import { createFrameDecoder } from "./frame-decoder.ts";
import type { ReportedResult } from "../domain/exit-decision.ts";
import type { LogChunk } from "../ports/sandbox.ts";
import { createStreamDemultiplexer } from "./stream-demultiplexer.ts";

/** Most bytes that a runner may write before it has its header: `ready`, and no more. */
const MAX_READY_BYTES = 64 * 1024;
/** How much of the runner's stderr is kept as evidence. */
const STDERR_BYTES = 4 * 1024;

/** The worker's end of a runner's stdin and stdout, for one sandbox's whole life. */
export interface RunnerConnection {
  readonly nonce: string;
  /** Resolves when the runner waits for its header. */
  readonly ready: Promise<void>;
  readonly result: Promise<ReportedResult>;
  /** Resolves when the sandbox wrote more than it may. */
  readonly overflow: Promise<void>;
  /** Resolves when the stream has ended, with the error that ended it if there was one. */
  readonly closed: Promise<Error | undefined>;
  /** Where log chunks go; none arrives before the header. */
  onLog: (chunk: LogChunk) => void;
  /**
   * Sends the one header. The run may write so many bytes. Never paused at: a process inside that blocks on write
   * can't be killed cleanly. Past it, bytes are discarded and the sandbox is to be killed.
   */
  send(header: string, maxOutputBytes: number): void;
  stderr(): string;
  droppedFrames(): number;
  close(): void;
}

/** Attaches. Call it before the container starts. @throws what the engine answers. */
export async function openRunnerConnection(container: Docker.Container, nonce: string): Promise<RunnerConnection> {
  // hijack: without the HTTP upgrade, a half-closed stdin loses output.
  const streams = { stdin: true, stdout: true, stderr: true };
  const stream = await withDeadline("attach to a container", ENGINE_DEADLINE_MS.change, (abortSignal) =>
    container.attach({ stream: true, hijack: true, abortSignal, ...streams }),
  );
  const ready = Promise.withResolvers<void>();
  const result = Promise.withResolvers<ReportedResult>();
  const overflow = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<Error | undefined>();
  const stderr: Buffer[] = [];
  let stderrBytes = 0;
  let outputBytes = 0;
  let maxOutputBytes = MAX_READY_BYTES;

  const decoder = createFrameDecoder(nonce, {
    onReady: ready.resolve,
    onLog: (chunk) => connection.onLog(chunk),
    onResult: result.resolve,
  });
  const demultiplex = createStreamDemultiplexer((name, data) => {
    if (name === "stdout") return decoder.push(data);
    if (stderrBytes >= STDERR_BYTES) return;
    stderrBytes += data.length;
    stderr.push(Buffer.from(data));
  });

  stream.on("data", (chunk: Buffer) => {
    outputBytes += chunk.length;
    if (outputBytes > maxOutputBytes) overflow.resolve();
    else demultiplex(chunk);
  });
  stream.on("error", (error: Error) => closed.resolve(error));
  stream.on("end", () => closed.resolve(undefined));
  stream.on("close", () => closed.resolve(undefined));

  const connection: RunnerConnection = {
    nonce,
    ready: ready.promise,
    result: result.promise,
    overflow: overflow.promise,
    closed: closed.promise,
    onLog: () => undefined,
    send(header, maxBytes) {
      maxOutputBytes = maxBytes;
      stream.write(header);
    },
    stderr: () => Buffer.concat(stderr).toString("utf8").slice(0, STDERR_BYTES),
    droppedFrames: decoder.dropped,
    close: () => (stream as unknown as { destroy(): void }).destroy(),
  };
  return connection;
}
