import { ExitReason, LIMIT_RANGES } from "@lambda-lite/shared";
import { z } from "zod";
import type { ReportedResult } from "../domain/exit-decision.ts";
import type { LogChunk } from "../ports/sandbox.ts";
import { createLineSplitter } from "./line-splitter.ts";

/**
 * Longest frame, in bytes: the largest result that any operator allows, escaped once more as a JSON string (at most
 * doubled), and a log line of 64 KiB of control characters (six bytes each) both fit. What one run may write in all is
 * bounded by its own limits.
 */
const MAX_FRAME_BYTES = 2 * LIMIT_RANGES.resultBytes[1] + 1024 * 1024;

/** What user code can be blamed for. All other reasons are the worker's to give. */
const REPORTABLE = [
  ExitReason.USER_ERROR,
  ExitReason.SYNTAX_ERROR,
  ExitReason.INVALID_RESULT,
  ExitReason.NEVER_SETTLED,
  ExitReason.OUT_OF_MEMORY,
  ExitReason.OUTPUT_LIMIT,
] as const;

const envelope = { n: z.string(), s: z.int() };
const frameSchema = z.union([
  z.object({ ...envelope, t: z.literal("ready") }),
  z.object({ ...envelope, t: z.literal("log"), c: z.enum(["stdout", "stderr"]), d: z.string() }),
  z.object({ ...envelope, t: z.literal("result"), ok: z.literal(true), value: z.string() }),
  z.object({
    ...envelope,
    t: z.literal("result"),
    ok: z.literal(false),
    reason: z.enum(REPORTABLE),
    error: z.string(),
  }),
]);

export interface FrameListener {
  /** The runner waits for its header. */
  onReady(): void;
  onLog(chunk: LogChunk): void;
  /** At most once. */
  onResult(result: ReportedResult): void;
}

/**
 * Reads a runner's frames (sandbox/protocol.md) and believes only what bears this run's nonce and the
 * next sequence number. Everything else is counted and dropped.
 */
export function createFrameDecoder(nonce: string, listener: FrameListener) {
  let nextSequence = 0;
  let ended = false;
  let dropped = 0;

  function onLine(line: Buffer): void {
    if (ended) return;
    const frame = parseFrame(line);
    // Before the header there is no user code, and so no nonce either: `ready` is frame 0.
    const expectedNonce = nextSequence === 0 ? "" : nonce;
    const expected = frame?.n === expectedNonce && frame.s === nextSequence;
    if (!frame || !expected || (frame.t === "ready") !== (nextSequence === 0)) {
      dropped += 1;
      return;
    }
    nextSequence += 1;
    if (frame.t === "ready") return listener.onReady();
    if (frame.t === "log") return listener.onLog({ stream: frame.c, text: frame.d });
    ended = true;
    listener.onResult(
      frame.ok ? { ok: true, resultJson: frame.value } : { ok: false, reason: frame.reason, error: frame.error },
    );
  }

  return {
    push: createLineSplitter(MAX_FRAME_BYTES, onLine, () => {
      dropped += 1;
    }),
    /** Lines that were not frames of this run. */
    dropped: () => dropped,
  };
}

function parseFrame(line: Buffer) {
  try {
    return frameSchema.safeParse(JSON.parse(line.toString("utf8"))).data;
  } catch {
    return undefined;
  }
}
