const NEWLINE = 0x0a;

/**
 * Cuts bytes into lines. A line longer than `maxLineBytes` is dropped whole (`onOversized`, once per
 * line) and never held in memory.
 */
export function createLineSplitter(maxLineBytes: number, onLine: (line: Buffer) => void, onOversized: () => void) {
  let parts: Buffer[] = [];
  let held = 0;
  let skipping = false;

  function keep(part: Buffer): void {
    if (skipping || part.length === 0) return;
    if (held + part.length > maxLineBytes) {
      parts = [];
      held = 0;
      skipping = true;
      onOversized();
      return;
    }
    parts.push(part);
    held += part.length;
  }

  return function push(chunk: Buffer): void {
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(NEWLINE, start);
      if (end === -1) break;
      keep(chunk.subarray(start, end));
      if (!skipping) onLine(parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts));
      parts = [];
      held = 0;
      skipping = false;
      start = end + 1;
    }
    // Copied, because the caller may reuse its buffer before the line is whole.
    keep(Buffer.from(chunk.subarray(start)));
  };
}
