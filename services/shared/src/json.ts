import { z } from "zod";

/** Anything that JSON can say. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/**
 * Deepest nesting accepted in arguments. JSON.stringify and most recursive code in any language
 * overflow its stack somewhere in the thousands; 500 is far beyond real data and safe everywhere.
 */
export const MAX_JSON_DEPTH = 500;

/** Whether `value` nests deeper than `limit`. Iterative: it must survive the input that it refuses. */
export function exceedsDepth(value: unknown, limit: number): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    const next: unknown[] = [];
    for (const item of level) {
      if (typeof item !== "object" || item === null) continue;
      if (depth >= limit) return true;
      for (const child of Object.values(item)) next.push(child);
    }
    level = next;
  }
  return false;
}

/** Length in UTF-8 bytes. TextEncoder is avoided because it allocates what it only has to count. */
export function utf8Length(text: string): number {
  let bytes = 0;
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) bytes += 1;
    else if (unit < 0x800) bytes += 2;
    else if (unit >= 0xd800 && unit <= 0xdbff && isLowSurrogate(text.charCodeAt(i + 1))) {
      bytes += 4;
      i += 1;
    } else bytes += 3;
  }
  return bytes;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

/** A value that came out of a JSON parser, so JSON already: only its depth can be wrong. */
export const jsonValueSchema = z.custom<JsonValue>(
  (value) => value !== undefined && !exceedsDepth(value, MAX_JSON_DEPTH),
  { error: `must be JSON, nested at most ${MAX_JSON_DEPTH} levels deep` },
);
