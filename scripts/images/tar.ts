import { createReadStream } from "node:fs";
import { Readable } from "node:stream";

/** What goes into a build context. Folders end in a slash and have no content. */
export interface TarEntry {
  /** Relative to the context, at most 100 bytes: the ustar name field without its prefix. */
  name: string;
  mode: number;
  sizeBytes: number;
  content?: Buffer | { file: string };
}

const BLOCK_BYTES = 512;

/**
 * A POSIX ustar archive (IEEE Std 1003.1, pax "ustar Interchange Format"), owned by root and without times, so that
 * equal inputs make equal archives.
 */
export function createTar(entries: TarEntry[]): Readable {
  return Readable.from(blocks(entries), { objectMode: false });
}

async function* blocks(entries: TarEntry[]): AsyncGenerator<Buffer> {
  for (const entry of entries) {
    yield header(entry);
    if (Buffer.isBuffer(entry.content)) yield entry.content;
    else if (entry.content) yield* createReadStream(entry.content.file) as AsyncIterable<Buffer>;
    yield Buffer.alloc((BLOCK_BYTES - (entry.sizeBytes % BLOCK_BYTES)) % BLOCK_BYTES);
  }
  yield Buffer.alloc(2 * BLOCK_BYTES);
}

function header(entry: TarEntry): Buffer {
  const name = Buffer.from(entry.name);
  if (name.length > 100) throw new Error(`The name is too long for a tar archive: ${entry.name}`);
  const block = Buffer.alloc(BLOCK_BYTES);
  name.copy(block);
  octal(block, 100, 8, entry.mode);
  octal(block, 108, 8, 0);
  octal(block, 116, 8, 0);
  octal(block, 124, 12, entry.sizeBytes);
  octal(block, 136, 12, 0);
  block.fill(" ", 148, 156);
  block.write(entry.name.endsWith("/") ? "5" : "0", 156);
  block.write("ustar\u000000", 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\u0000 `, 148);
  return block;
}

function octal(block: Buffer, offset: number, length: number, value: number): void {
  block.write(value.toString(8).padStart(length - 1, "0"), offset);
}
