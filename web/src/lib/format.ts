import type { JsonValue } from "@lambda-lite/shared";

/** `0.8 ms`, `12 ms`, `1.25 s`, `2 min 5 s`. */
export function formatDuration(ms: number): string {
  if (ms < 10) return `${Math.round(ms * 10) / 10} ms`;
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${Math.round(ms / 10) / 100} s`;
  const seconds = Math.round(ms / 1_000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** The time of day, and the date when it isn't today's. */
export function formatTime(iso: string, now: Date = new Date()): string {
  const date = new Date(iso);
  const time = date.toLocaleTimeString(undefined, { hour12: false });
  return date.toDateString() === now.toDateString() ? time : `${date.toLocaleDateString()} ${time}`;
}

/** Beyond this, indentation alone could be a hundred times the value: 500 levels are allowed. */
const INDENTED_CHARACTERS = 50_000;

/** JSON for people: indented while it is small. */
export function formatJson(value: JsonValue): string {
  const compact = JSON.stringify(value);
  return compact.length > INDENTED_CHARACTERS ? compact : JSON.stringify(value, null, 2);
}
