import { utf8Length } from "@lambda-lite/shared";
import type { LogSpans } from "@lambda-lite/shared";
import type { LogChunk } from "../ports/sandbox.ts";
import { createLogSpans } from "./log-spans.ts";

/** Most characters of the spans: programs that change the stream with every line are told apart for so long. */
const MAX_SPANS_LENGTH = 64 * 1024;
/** So many parts are joined to one: a string takes tens of bytes however short it is, and a million may come. */
const JOINED_PARTS = 1_024;

/**
 * A job's log text, bounded in bytes. The runner cuts at the same limit and says so; this is the wall
 * behind it, for a runner that user code took over. What isn't a character (half of a surrogate pair) becomes U+FFFD.
 */
export interface JobLog {
  /** What of the chunk was kept; undefined when nothing was. */
  append(chunk: LogChunk): LogChunk | undefined;
  text(): string;
  /** Which parts of the text are stderr's. */
  spans(): LogSpans;
}

export function createJobLog(limitBytes: number): JobLog {
  const joined: string[] = [];
  const parts: string[] = [];
  const spans = createLogSpans(MAX_SPANS_LENGTH);
  let bytes = 0;
  let truncated = false;

  function keep(chunk: LogChunk): LogChunk {
    parts.push(chunk.text);
    if (parts.length === JOINED_PARTS) joined.push(parts.splice(0).join(""));
    spans.add(chunk.stream, chunk.text.length);
    return chunk;
  }

  return {
    append({ stream, text }) {
      if (truncated || text === "") return undefined;
      const wellFormed = text.toWellFormed();
      bytes += utf8Length(wellFormed);
      if (bytes <= limitBytes) return keep({ stream, text: wellFormed });
      truncated = true;
      return keep({ stream: "stderr", text: `\n[output truncated at ${limitBytes} bytes]\n` });
    },
    text: () => [...joined, ...parts].join(""),
    spans: spans.text,
  };
}
