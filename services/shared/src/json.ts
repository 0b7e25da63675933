import { z } from "zod";

/** Anything that JSON can say. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/**
 * Deepest nesting accepted in arguments. JSON.stringify and most recursive code in any language
 * overflow its stack somewhere in the thousands; 500 is far beyond real data and safe everywhere.
 */
export const MAX_JSON_DEPTH = 500;

/** Whether `value` nests deeper than `limit`. Iterative: it must survive the input that it refuses. */
export function exceedsDepth(value: unknown, limit: number): boolean {
  let depth = 0;
  for (const level of levels(value)) {
    if (depth >= limit && level.some((item) => typeof item === "object" && item !== null)) return true;
    depth += 1;
  }
  return false;
}

/** Whether every number in `value` is finite: a parser reads `1e309` as Infinity, which JSON would write as null. */
function isFiniteThroughout(value: unknown): boolean {
  for (const level of levels(value)) {
    if (level.some((item) => typeof item === "number" && !Number.isFinite(item))) return false;
  }
  return true;
}

/** What stands at each depth of nesting, from the value itself down. */
function* levels(value: unknown): Generator<unknown[]> {
  let level: unknown[] = [value];
  while (level.length > 0) {
    yield level;
    const next: unknown[] = [];
    for (const item of level) {
      if (typeof item !== "object" || item === null) continue;
      for (const child of Object.values(item)) next.push(child);
    }
    level = next;
  }
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

/** A value that came out of a JSON parser: only its depth and its numbers can be wrong. */
export const jsonValueSchema = z.custom<JsonValue>(
  (value) => value !== undefined && !exceedsDepth(value, MAX_JSON_DEPTH) && isFiniteThroughout(value),
  { error: `must be JSON with finite numbers, nested at most ${MAX_JSON_DEPTH} levels deep` },
);

/** A value that is stored already: whoever reads it takes it as it is. */
export const storedJsonSchema = z.custom<JsonValue>((value) => value !== undefined, { error: "must be JSON" });
