import { styleText } from "node:util";

const levels: Record<number, string> = {
  10: styleText("gray", "TRACE"),
  20: styleText("gray", "DEBUG"),
  30: styleText("green", "INFO "),
  40: styleText("yellow", "WARN "),
  50: styleText("red", "ERROR"),
  60: styleText("red", "FATAL"),
};

/** The prefix in front of the line already says which program it is. */
const unshown = new Set(["level", "time", "msg", "pid", "hostname", "name", "service", "v"]);

/** A pino line becomes `12:00:01.250 INFO  message key=value`; anything else passes as it is. */
export function renderLogLine(rawLine: string): string {
  const record = parseRecord(rawLine);
  if (!record) return rawLine;
  const time = new Date(record["time"] as number | string).toTimeString().slice(0, 8);
  const level = levels[record["level"] as number] ?? String(record["level"]);
  const fields = Object.entries(record).filter(([key]) => !unshown.has(key));
  const stack = fields.map(([, value]) => stackOf(value)).find(Boolean);
  const shown = fields.map(([key, value]) => `${key}=${renderValue(value)}`).join(" ");
  return (
    [time, level, record["msg"], shown && styleText("gray", shown)].filter(Boolean).join(" ") +
    (stack ? `\n${stack}` : "")
  );
}

function parseRecord(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    const value = JSON.parse(line) as Record<string, unknown>;
    return "level" in value && "time" in value ? value : undefined;
  } catch {
    return undefined;
  }
}

/** pino-http logs whole requests and responses; the line needs only which and how it went. */
function renderValue(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  const { method, url, statusCode, message, code } = value as Record<string, string | number | undefined>;
  if (method && url) return `${method} ${url}`;
  if (statusCode) return `${statusCode}`;
  if (message) return code ? `${code} ${message}` : `${message}`;
  return JSON.stringify(value);
}

function stackOf(value: unknown): string | undefined {
  const stack = (value as { stack?: unknown } | null)?.stack;
  return typeof stack === "string" ? stack : undefined;
}
