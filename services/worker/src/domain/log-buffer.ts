import { utf8Length } from "@lambda-lite/shared";

/**
 * A job's log text, bounded in bytes. The runner cuts at the same limit and says so; this is the wall
 * behind it, for a runner that user code took over.
 */
export function createLogBuffer(limitBytes: number) {
  const parts: string[] = [];
  let bytes = 0;
  let truncated = false;

  return {
    append(text: string): void {
      if (truncated) return;
      bytes += utf8Length(text);
      if (bytes <= limitBytes) {
        parts.push(text);
        return;
      }
      truncated = true;
      parts.push(`\n[output truncated at ${limitBytes} bytes]\n`);
    },
    text: () => parts.join(""),
  };
}
