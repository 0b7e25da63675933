import { splitBySpans } from "@lambda-lite/shared";
import type { LogSpans, LogStream } from "@lambda-lite/shared";
import type { LogChunk } from "../ports/sandbox.ts";
import { createLogSpans } from "./log-spans.ts";

/** A block is closed when it is so long, in UTF-16 units, or has come in so many parts. */
const BLOCK_LENGTH = 64 * 1024;
const BLOCK_PARTS = 1_024;

/** Of one stream. */
export interface LogPiece {
  stream: LogStream;
  text: string;
  /** The place behind it, in UTF-16 units. */
  end: number;
}

/**
 * Text of both streams, in the order it came. A string takes tens of bytes however short it is, and a program can print
 * a million of them: so they are joined in blocks, and whose they are is written down as lengths. At the worst, when the
 * stream changes with every character, this takes three bytes for each, or four beside one beyond Latin-1.
 */
export interface LogText {
  append(chunk: LogChunk): void;
  /** In UTF-16 units. */
  length(): number;
  /**
   * What lies behind `from`, in pieces at most `most` units long. Whoever takes only some of it pays for those, and for a
   * look at each block behind `from`.
   */
  pieces(from: number, most: number): Generator<LogPiece, void>;
}

interface Block {
  start: number;
  text: string;
  spans: LogSpans;
}

export function createLogText(): LogText {
  const closed: Block[] = [];
  let open = openBlock(0);
  let length = 0;

  return {
    append(chunk) {
      if (chunk.text === "") return;
      open.add(chunk);
      length += chunk.text.length;
      if (!open.isFull()) return;
      closed.push(open.block());
      open = openBlock(length);
    },
    length: () => length,
    *pieces(from, most) {
      // From the end: what is asked for is mostly there. While no block is closed, it is none.
      const first = closed.findLastIndex(({ start }) => start <= from);
      for (let index = Math.max(0, first); index <= closed.length; index += 1) {
        const { start, text, spans } = closed[index] ?? open.block();
        for (const piece of splitBySpans(text, spans, Math.max(0, from - start), most)) {
          yield { ...piece, end: start + piece.end };
        }
      }
    },
  };
}

function openBlock(start: number) {
  const parts: string[] = [];
  const spans = createLogSpans();
  let length = 0;

  return {
    add({ stream, text }: LogChunk): void {
      parts.push(text);
      spans.add(stream, text.length);
      length += text.length;
    },
    isFull: () => length >= BLOCK_LENGTH || parts.length >= BLOCK_PARTS,
    // join, not +=: that would make a rope, with a node for each part.
    block: (): Block => ({ start, text: parts.join(""), spans: spans.text() }),
  };
}
