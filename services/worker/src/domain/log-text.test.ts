import fc from "fast-check";
import { expect, test } from "vitest";
import type { LogChunk } from "../ports/sandbox.ts";
import { createLogText } from "./log-text.ts";

const logText = (chunks: readonly LogChunk[]) => {
  const log = createLogText();
  for (const chunk of chunks) log.append(chunk);
  return log;
};
/** Each unit of the text with its stream. */
const units = (pieces: readonly LogChunk[]) => ({
  text: pieces.map(({ text }) => text).join(""),
  streams: pieces.map(({ stream, text }) => (stream === "stderr" ? "e" : "o").repeat(text.length)).join(""),
});

const chunk = fc.record({
  stream: fc.constantFrom("stdout" as const, "stderr" as const),
  text: fc.oneof(fc.constantFrom("", "x", "ä", "😀", "a\n"), fc.string({ unit: "binary" })),
});
/** Some of them very often: enough of them fill a block, in parts or in length. */
const chunks = fc
  .array(fc.tuple(fc.array(chunk, { maxLength: 3 }), fc.constantFrom(1, 2, 700, 1_024)), { maxLength: 6 })
  .map((runs) => runs.flatMap(([some, times]) => Array.from({ length: times }, () => some).flat()));

test("from any place on it is what came, each part of its stream, no character cut in two", () => {
  fc.assert(
    fc.property(chunks, fc.nat(), fc.integer({ min: 2, max: 5_000 }), (came, place, most) => {
      const log = logText(came);
      const all = units(came);
      expect(log.length()).toBe(all.text.length);
      let from = place % (all.text.length + 1);
      if (/^[\uDC00-\uDFFF]/.test(all.text.slice(from))) from -= 1;
      const pieces = [...log.pieces(from, most)];
      expect(units(pieces)).toEqual({ text: all.text.slice(from), streams: all.streams.slice(from) });
      let end = from;
      for (const piece of pieces) {
        expect(piece.end).toBe((end += piece.text.length));
        expect(piece.text.length).toBeLessThanOrEqual(most);
        expect(piece.text.isWellFormed()).toBe(true);
      }
    }),
  );
});

test("parts of one stream are joined, a long one is cut", () => {
  const log = logText(["a", "b", "c".repeat(100_000)].map((text) => ({ stream: "stderr", text })));
  expect([...log.pieces(1, 65_536)].map(({ text, end }) => [text.length, end])).toEqual([
    [65_536, 65_537],
    [34_465, 100_002],
  ]);
});

test("what comes after it was read is behind it", () => {
  const log = logText([{ stream: "stdout", text: "one" }]);
  expect([...log.pieces(0, 10)]).toEqual([{ stream: "stdout", text: "one", end: 3 }]);
  log.append({ stream: "stdout", text: "two" });
  expect([...log.pieces(3, 10)]).toEqual([{ stream: "stdout", text: "two", end: 6 }]);
  expect([...log.pieces(6, 10)]).toEqual([]);
});
