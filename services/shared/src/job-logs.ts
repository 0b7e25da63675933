import { z } from "zod";
import { jobIdSchema } from "./job-query.ts";

export const logStreamSchema = z.enum(["stdout", "stderr"]);
export type LogStream = z.infer<typeof logStreamSchema>;

/** Pieces of a log, as a worker tells them. */
export const logEntriesSchema = z.array(
  z.object({
    /** The place behind it. */
    end: z.object({ attempt: z.int(), offset: z.int() }),
    stream: logStreamSchema,
    text: z.string(),
  }),
);

/**
 * A place in a job's log, `<attempt>-<offset>`: so many UTF-16 units of that attempt's text lie before it. With a third
 * number text is missing from there on, and is still to be told.
 */
export const logCursorSchema = z
  .string()
  .regex(/^\d{1,9}-\d{1,9}(-\d{1,9})?$/, "must be a cursor, as it was told: <attempt>-<offset>");

/** What a follower of a log hears, in this order. */
export const logMessageSchema = z.discriminatedUnion("type", [
  /** Text, and the place behind it: who comes back with this cursor misses nothing and hears nothing twice. */
  z.object({ type: z.literal("log"), cursor: logCursorSchema, stream: logStreamSchema, text: z.string() }),
  /** The job is run again; what was told so far is of an earlier attempt. */
  z.object({ type: z.literal("attempt"), cursor: logCursorSchema, attempt: z.int() }),
  /** Text that can't be told now is missing before this cursor. It is in what is stored at the end. */
  z.object({ type: z.literal("gap"), cursor: logCursorSchema }),
  /** Back to this cursor: what follows is the stored text from there on, gaps and all. */
  z.object({ type: z.literal("rewind"), cursor: logCursorSchema }),
  /** The reader was too slow and is told nothing more; it may come back with this cursor. */
  z.object({ type: z.literal("dropped"), cursor: logCursorSchema }),
  /** The job has ended, and this was all. */
  z.object({ type: z.literal("end"), cursor: logCursorSchema, status: z.string() }),
]);
export type LogMessage = z.infer<typeof logMessageSchema>;

export const logsSubscriptionSchema = z.strictObject({ jobId: jobIdSchema, after: logCursorSchema.optional() });

/** Query of `GET /api/jobs/:id/logs`. */
export const logsQuerySchema = z.strictObject({
  /** From behind this place. */
  after: logCursorSchema.optional(),
  /** Stay, and hear what comes. */
  follow: z
    .enum(["", "true", "1", "false", "0"])
    .transform((value) => value !== "false" && value !== "0")
    .default(false),
  format: z.enum(["text", "ndjson"]).optional(),
});

/**
 * How the text of both streams lies in one: the lengths of pieces of stdout and of stderr by turns, stdout first, in
 * UTF-16 units, joined by commas. What is beyond them is stdout.
 */
export type LogSpans = string;

/** Pieces of `text` from `offset` on, each of one stream, at most `most` units long. */
export function splitBySpans(text: string, spans: LogSpans, offset: number, most: number) {
  const pieces: Array<{ stream: LogStream; text: string; end: number }> = [];
  let at = 0;
  let stream: LogStream = "stdout";
  const take = (until: number) => {
    for (let from = Math.max(at, offset); from < until;) {
      const to = wholeCharacters(text, from, Math.min(until, from + most));
      pieces.push({ stream, text: text.slice(from, to), end: to });
      from = to;
    }
    at = until;
  };
  for (const length of spans === "" ? [] : spans.split(",").map(Number)) {
    take(Math.min(text.length, at + length));
    stream = stream === "stdout" ? "stderr" : "stdout";
  }
  stream = "stdout";
  take(text.length);
  return pieces;
}

/** Where to cut at the latest so that no character is cut in two. */
export function wholeCharacters(text: string, from: number, to: number): number {
  const isSplit =
    to < text.length && /[\uD800-\uDBFF]/.test(text[to - 1] ?? "") && /[\uDC00-\uDFFF]/.test(text[to] ?? "");
  return isSplit && to - 1 > from ? to - 1 : to;
}
