import type { LogSpans, LogStream } from "@lambda-lite/shared";

/** Writes down, as text is added, which part of it is whose. */
export interface LogSpansWriter {
  add(stream: LogStream, length: number): void;
  text(): LogSpans;
}

/** @param maxLength characters of the spans from which on no change of the stream is noted any more */
export function createLogSpans(maxLength = Infinity): LogSpansWriter {
  const finished: number[] = [];
  let finishedLength = 0;
  let current: { stream: LogStream; length: number } = { stream: "stdout", length: 0 };

  return {
    add(stream, length) {
      if (stream !== current.stream && finishedLength < maxLength) {
        finished.push(current.length);
        finishedLength += String(current.length).length + 1;
        current = { stream, length: 0 };
      }
      current.length += length;
    },
    text() {
      // All of it is stdout's: nothing to tell apart.
      if (finished.length === 0 && current.stream === "stdout") return "";
      return [...finished, current.length].join(",");
    },
  };
}
