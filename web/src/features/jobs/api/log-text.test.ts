import type { LogMessage } from "@lambda-lite/shared";
import { expect, test } from "vitest";
import { KEPT_CHARACTERS, addMessages, emptyLog } from "./log-text.ts";
import type { LogText } from "./log-text.ts";

const log = (end: number, text: string, stream: "stdout" | "stderr" = "stdout"): LogMessage => ({
  type: "log",
  cursor: `1-${end}`,
  stream,
  text,
});
const shown = ({ pieces }: LogText) => pieces.map(({ stream, text }) => `${stream}:${text.trim()}`);

test("text of one stream is joined, streams are told apart, attempts and the end are noticed", () => {
  const text = addMessages(emptyLog, [
    log(1, "a"),
    log(2, "b"),
    log(3, "c", "stderr"),
    { type: "attempt", cursor: "2-0", attempt: 2 },
    { type: "log", cursor: "2-1", stream: "stdout", text: "d" },
    { type: "end", cursor: "2-1", status: "COMPLETED" },
  ]);
  expect(shown(text)).toEqual(["stdout:ab", "stderr:c", "note:— attempt 2 —", "stdout:d"]);
  expect(text).toMatchObject({ cursor: "2-1", ended: true, hidden: 0 });
});

test("going back takes what was told behind that place, and the note of the gap", () => {
  const heard = addMessages(emptyLog, [log(2, "ab"), { type: "gap", cursor: "1-4" }, log(5, "e")]);
  expect(shown(heard)).toHaveLength(3);
  const text = addMessages(heard, [{ type: "rewind", cursor: "1-1" }, log(5, "bcde")]);
  expect(shown(text)).toEqual(["stdout:abcde"]);
});

test("what was heard already isn't heard again", () => {
  const text = addMessages(emptyLog, [log(1, "a"), log(2, "b"), log(1, "a"), log(2, "b"), log(3, "c")]);
  expect(shown(text)).toEqual(["stdout:abc"]);
  expect(text.cursor).toBe("1-3");
});

test("only the latest of much is kept, and how much isn't is known", () => {
  let text = emptyLog;
  for (let n = 1; n <= 30; n += 1)
    text = addMessages(text, [log(n * 10_000, "x".repeat(10_000), n % 2 ? "stdout" : "stderr")]);
  expect(text.pieces.reduce((sum, piece) => sum + piece.text.length, 0)).toBe(KEPT_CHARACTERS);
  expect(text.hidden).toBe(200_000);
});
