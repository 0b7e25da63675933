import { utf8Length } from "@lambda-lite/shared";
import type { LogSpans, LogStream } from "@lambda-lite/shared";
import type { LogChunk } from "../ports/sandbox.ts";

/** Most characters of the spans: programs that change the stream with every line are told apart for so long. */
const MAX_SPANS_LENGTH = 64 * 1024;

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
  const parts: string[] = [];
  let bytes = 0;
  let truncated = false;
  const finished: number[] = [];
  let spansLength = 0;
  let current: { stream: LogStream; length: number } = { stream: "stdout", length: 0 };

  function note({ stream, text }: LogChunk): void {
    if (stream !== current.stream && spansLength < MAX_SPANS_LENGTH) {
      finished.push(current.length);
      spansLength += String(current.length).length + 1;
      current = { stream, length: 0 };
    }
    current.length += text.length;
  }

  function keep(chunk: LogChunk): LogChunk {
    parts.push(chunk.text);
    note(chunk);
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
    text: () => parts.join(""),
    spans() {
      // All of it is stdout's: nothing to tell apart.
      if (finished.length === 0 && current.stream === "stdout") return "";
      return [...finished, current.length].join(",");
    },
  };
}
