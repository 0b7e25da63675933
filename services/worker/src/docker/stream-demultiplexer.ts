/** Docker's header of each multiplexed piece: stream type, three zero bytes, size (big endian). */
const HEADER_BYTES = 8;

export type OutputStream = "stdout" | "stderr";

/**
 * Takes apart the multiplexed stream of an attached container (Docker Engine API, "Attach to a
 * container: Stream format"). Iterative: dockerode's own recurses once a piece, so 5,000 one-byte
 * pieces in one chunk overflow its stack. Passes on what arrives without waiting for a whole piece,
 * so it holds at most one header, whatever size a piece claims to have.
 */
export function createStreamDemultiplexer(onData: (stream: OutputStream, data: Buffer) => void) {
  const header = Buffer.alloc(HEADER_BYTES);
  let headerBytes = 0;
  let remaining = 0;
  let stream: OutputStream = "stdout";

  return function push(chunk: Buffer): void {
    let offset = 0;
    while (offset < chunk.length) {
      if (remaining === 0) {
        const taken = Math.min(HEADER_BYTES - headerBytes, chunk.length - offset);
        chunk.copy(header, headerBytes, offset, offset + taken);
        headerBytes += taken;
        offset += taken;
        if (headerBytes < HEADER_BYTES) return;
        headerBytes = 0;
        stream = header[0] === 2 ? "stderr" : "stdout";
        remaining = header.readUInt32BE(4);
        continue;
      }
      const taken = Math.min(remaining, chunk.length - offset);
      onData(stream, chunk.subarray(offset, offset + taken));
      offset += taken;
      remaining -= taken;
    }
  };
}
