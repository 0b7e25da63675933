import { createReadStream } from "node:fs";
import { Readable } from "node:stream";

/** What goes into a build context. Folders end in a slash and have no content. */
export interface TarEntry {
  /** Relative to the context. */
  name: string;
  mode: number;
  sizeBytes: number;
  content?: Buffer | { file: string };
  /** Of a symbolic link; at most 100 bytes. */
  linkTarget?: string;
}

const BLOCK_BYTES = 512;
const NAME_BYTES = 100;
const PREFIX_BYTES = 155;

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
  const { prefix, name } = splitName(entry.name);
  const block = Buffer.alloc(BLOCK_BYTES);
  block.write(name);
  octal(block, 100, 8, entry.mode);
  octal(block, 108, 8, 0);
  octal(block, 116, 8, 0);
  octal(block, 124, 12, entry.sizeBytes);
  octal(block, 136, 12, 0);
  block.fill(" ", 148, 156);
  block.write(typeOf(entry), 156);
  if (entry.linkTarget) block.write(entry.linkTarget, 157, NAME_BYTES);
  block.write("ustar\u000000", 257);
  block.write(prefix, 345);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\u0000 `, 148);
  return block;
}

function typeOf({ name, linkTarget }: TarEntry): string {
  if (linkTarget) return "2";
  return name.endsWith("/") ? "5" : "0";
}

/** A long name is cut at a slash; readers join `prefix/name`. */
function splitName(path: string): { prefix: string; name: string } {
  if (Buffer.byteLength(path) <= NAME_BYTES) return { prefix: "", name: path };
  for (let cut = path.indexOf("/"); cut !== -1; cut = path.indexOf("/", cut + 1)) {
    const [prefix, name] = [path.slice(0, cut), path.slice(cut + 1)];
    if (name !== "" && Buffer.byteLength(name) <= NAME_BYTES && Buffer.byteLength(prefix) <= PREFIX_BYTES)
      return { prefix, name };
  }
  throw new Error(`The name is too long for a tar archive: ${path}`);
}

function octal(block: Buffer, offset: number, length: number, value: number): void {
  block.write(value.toString(8).padStart(length - 1, "0"), offset);
}
