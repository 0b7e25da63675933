import fc from "fast-check";
import { expect, test } from "vitest";
import { createLineSplitter } from "./line-splitter.ts";

function split(chunks: readonly string[], maxLineBytes = 1_000_000) {
  const lines: string[] = [];
  let oversized = 0;
  const push = createLineSplitter(
    maxLineBytes,
    (line) => lines.push(line.toString()),
    () => {
      oversized += 1;
    },
  );
  for (const chunk of chunks) push(Buffer.from(chunk));
  return { lines, oversized };
}

test("lines come out whole, however they arrive", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: fc.constantFrom("a", "é", "\n", " ") })), (chunks) => {
      expect(split(chunks).lines).toEqual(chunks.join("").split("\n").slice(0, -1));
    }),
  );
});

test("a character cut in two by a chunk is one character again", () => {
  const [first, second] = [Buffer.from("é\n").subarray(0, 1), Buffer.from("é\n").subarray(1)];
  const lines: string[] = [];
  const push = createLineSplitter(
    10,
    (line) => lines.push(line.toString()),
    () => undefined,
  );
  push(first as Buffer);
  push(second as Buffer);
  expect(lines).toEqual(["é"]);
});

test("a line over the limit is dropped and told once; the next one is fine", () => {
  const { lines, oversized } = split(["x".repeat(8), "x".repeat(8), "xx\nnext\n"], 10);
  expect(lines).toEqual(["next"]);
  expect(oversized).toBe(1);
});

test("a line of exactly the limit is kept", () => {
  expect(split(["12345", "67890\n"], 10).lines).toEqual(["1234567890"]);
});
