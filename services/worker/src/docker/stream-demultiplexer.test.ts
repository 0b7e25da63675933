import fc from "fast-check";
import { expect, test } from "vitest";
import { createStreamDemultiplexer } from "./stream-demultiplexer.ts";

type Piece = ["stdout" | "stderr", Uint8Array];

function multiplex(pieces: readonly Piece[]): Buffer {
  return Buffer.concat(
    pieces.flatMap(([stream, data]) => {
      const header = Buffer.alloc(8);
      header[0] = stream === "stderr" ? 2 : 1;
      header.writeUInt32BE(data.length, 4);
      return [header, data];
    }),
  );
}

function demultiplex(chunks: readonly Buffer[]) {
  const out = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  const push = createStreamDemultiplexer((stream, data) => out[stream].push(Buffer.from(data)));
  for (const chunk of chunks) push(chunk);
  return { stdout: Buffer.concat(out.stdout), stderr: Buffer.concat(out.stderr) };
}

const piece = fc.tuple(fc.constantFrom("stdout" as const, "stderr" as const), fc.uint8Array());

test("whatever the chunks are cut into, each stream's bytes come out in order", () => {
  fc.assert(
    fc.property(fc.array(piece), fc.array(fc.integer({ min: 1, max: 40 })), (pieces, sizes) => {
      const whole = multiplex(pieces);
      const chunks: Buffer[] = [];
      for (let at = 0, n = 0; at < whole.length; n += 1) {
        const size = sizes[n % Math.max(1, sizes.length)] ?? whole.length;
        chunks.push(whole.subarray(at, at + size));
        at += size;
      }
      const out = demultiplex(chunks);
      for (const stream of ["stdout", "stderr"] as const) {
        const expected = pieces.filter(([name]) => name === stream).map(([, data]) => data);
        expect(out[stream].equals(Buffer.concat(expected))).toBe(true);
      }
    }),
  );
});

test("100,000 one-byte pieces in one chunk don't exhaust the stack", () => {
  const pieces = Array.from({ length: 100_000 }, (): Piece => ["stdout", Uint8Array.of(120)]);
  expect(demultiplex([multiplex(pieces)]).stdout).toHaveLength(100_000);
});

test("a piece that is cut off by the end still delivers what came", () => {
  const cut = multiplex([["stdout", Buffer.from("hello")]]).subarray(0, 10);
  expect(demultiplex([cut]).stdout.toString()).toBe("he");
});

test("a piece that claims four gigabytes is passed on as it comes, not held", () => {
  const header = Buffer.from([1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]);
  expect(demultiplex([header, Buffer.from("abc")]).stdout.toString()).toBe("abc");
});
