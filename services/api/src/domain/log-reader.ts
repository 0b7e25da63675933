import type { LogEntry, LogPosition, StoredLog } from "@lambda-lite/backplane/ports";
import { splitBySpans } from "@lambda-lite/shared";
import type { LogMessage } from "@lambda-lite/shared";

/** Most text in one message, in UTF-16 units. */
const MESSAGE_LENGTH = 64 * 1024;

/** Keeps one follower's place, and turns pieces into what he hasn't heard. */
export interface LogReader {
  position(): LogPosition;
  /** Whether he has heard all that lies before a cursor. */
  isAt(cursor: string | undefined): boolean;
  pass(entry: LogEntry): Generator<LogMessage>;
  /** The rest, from what was stored with the outcome, and the end. */
  finish(stored: StoredLog): Generator<LogMessage>;
  end(status: string): LogMessage;
}

/** @param after the cursor that he comes back with */
export function createLogReader(after: string | undefined): LogReader {
  const [attempt = 0, offset = 0, missing] = (after ?? "").split("-").filter(Boolean).map(Number);
  let at: LogPosition = { attempt, offset };
  /** Where the first text is missing that couldn't be told. Whoever comes back brings it along in his cursor. */
  let gapFrom = missing;

  const cursor = () => (gapFrom === undefined ? cursorOf(at) : `${cursorOf(at)}-${gapFrom}`);

  function* begin(attempt: number): Generator<LogMessage> {
    if (attempt === at.attempt) return;
    const isAnother = at.attempt > 0;
    at = { attempt, offset: 0 };
    gapFrom = undefined;
    if (isAnother) yield { type: "attempt", cursor: cursor(), attempt };
  }
  const end = (status: string): LogMessage => ({ type: "end", cursor: cursor(), status });

  return {
    position: () => at,
    isAt: (place) => cursor() === place,

    *pass(entry) {
      const { text } = entry;
      if (entry.end.attempt < at.attempt) return;
      yield* begin(entry.end.attempt);
      const start = entry.end.offset - text.length;
      if (entry.end.offset <= at.offset) return;
      if (start > at.offset) {
        gapFrom ??= at.offset;
        at = { ...at, offset: start };
        yield { type: "gap", cursor: cursor() };
      }
      const isShared = start === at.offset && gapFrom === undefined;
      const unheard = text.slice(at.offset - start);
      at = entry.end;
      yield isShared ? wholeMessage(entry) : { type: "log", cursor: cursor(), stream: entry.stream, text: unheard };
    },

    *finish({ status, attempt, text, spans }) {
      if (text !== "" || attempt === at.attempt) yield* begin(attempt);
      if (gapFrom !== undefined) {
        at = { attempt, offset: gapFrom };
        gapFrom = undefined;
        yield { type: "rewind", cursor: cursor() };
      }
      for (const piece of splitBySpans(text, spans, at.offset, MESSAGE_LENGTH)) {
        at = { attempt, offset: piece.end };
        yield { type: "log", cursor: cursor(), stream: piece.stream, text: piece.text };
      }
      yield end(status);
    },

    end,
  };
}

/** What all followers that are up to date hear of a piece: one object, so that it's rendered once for them all. */
const wholeMessages = new WeakMap<LogEntry, LogMessage>();
function wholeMessage(entry: LogEntry): LogMessage {
  const { end, stream, text } = entry;
  const known = wholeMessages.get(entry);
  const message = known ?? { type: "log", cursor: cursorOf(end), stream, text };
  if (!known) wholeMessages.set(entry, message);
  return message;
}

function cursorOf({ attempt, offset }: LogPosition): string {
  return `${attempt}-${offset}`;
}
