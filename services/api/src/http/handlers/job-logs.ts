import { logCursorSchema, logsQuerySchema } from "@lambda-lite/shared";
import type { LogMessage } from "@lambda-lite/shared";
import type { LogService } from "../../domain/log-service.ts";
import { validate } from "../../domain/schema-validation.ts";
import type { ApiResponse, Handler } from "../handler.ts";

type Format = "text" | "ndjson" | "events";

const MEDIA_TYPES: Readonly<Record<Format, string>> = {
  text: "text/plain; charset=utf-8",
  ndjson: "application/x-ndjson; charset=utf-8",
  events: "text/event-stream; charset=utf-8",
};

/**
 * What a job printed: as text, or with `format=ndjson` as messages, one a line. `after` is a cursor to go on from. With
 * `follow` it stays until the job has ended; as server-sent events (HTML standard, section 9.2) unless a format is named,
 * and resumable by their `Last-Event-ID`.
 */
export const getJobLogs =
  (logs: LogService): Handler =>
  async ({ params, principal, query, header, signal }) => {
    const { after, follow, format } = validate(logsQuerySchema, query);
    // A browser that reconnects sends the id of the last event; what isn't a cursor is somebody else's.
    const lastEventId = logCursorSchema.safeParse(header("last-event-id")).data;
    const from = lastEventId ?? after;
    if (!follow) return textOrLines(await logs.read(params["id"], principal, from), format ?? "text", from);
    const messages = await logs.follow(params["id"], principal, { after: from, signal });
    return followed(messages, { format: format ?? "events", from });
  };

function textOrLines(messages: LogMessage[], format: Format, from: string | undefined): ApiResponse {
  const cursor = messages.findLast((message) => message.type !== "end")?.cursor ?? from ?? "0-0";
  return {
    status: 200,
    headers: { "content-type": MEDIA_TYPES[format], "log-cursor": cursor },
    text: messages.map((message) => render(message, format)).join(""),
  };
}

function followed(
  messages: AsyncGenerator<LogMessage, void>,
  { format, from }: { format: Format; from: string | undefined },
): ApiResponse {
  let cursor = from ?? "0-0";
  async function* chunks(): AsyncGenerator<string | Uint8Array, void> {
    for await (const message of messages) {
      cursor = message.cursor;
      yield format === "events" ? renderOnce(message) : render(message, format);
    }
  }
  return {
    status: 200,
    headers: { "content-type": MEDIA_TYPES[format], "x-accel-buffering": "no" },
    stream: {
      chunks: chunks(),
      beginning: format === "events" ? "retry: 1000\n\n" : "",
      heartbeat: format === "events" ? ":\n\n" : "",
      stalled: () => render({ type: "dropped", cursor }, format),
    },
  };
}

function render(message: LogMessage, format: Format): string {
  if (format === "text") return renderText(message);
  if (format === "ndjson") return `${JSON.stringify(message)}\n`;
  const { type, cursor, ...data } = message;
  return `id: ${cursor}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** A text has no room for messages; what would make it another text than was printed is a line of its own. */
function renderText(message: LogMessage): string {
  switch (message.type) {
    case "log":
      return message.text;
    case "attempt":
      return `\n--- attempt ${message.attempt} ---\n`;
    case "gap":
      return "\n--- some text is missing here ---\n";
    case "rewind":
      return "\n--- once more, from where text was missing ---\n";
    case "dropped":
      return `\n--- too slow; go on with after=${message.cursor} ---\n`;
    case "end":
      return "";
  }
}

/** Followers of one log share its messages, and the bytes of their events. */
const asEvents = new WeakMap<LogMessage, Uint8Array>();

function renderOnce(message: LogMessage): Uint8Array {
  const event = asEvents.get(message) ?? Buffer.from(render(message, "events"));
  asEvents.set(message, event);
  return event;
}
