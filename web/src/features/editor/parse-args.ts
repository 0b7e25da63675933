import { MAX_TIMEOUT_MS, jobSubmissionSchema } from "@lambda-lite/shared";
import type { JsonValue } from "@lambda-lite/shared";

export type Parsed<T> = { ok: true; value: T } | { ok: false; error: string };

/** The text of the arguments field, as the API will take it. Empty means no arguments. */
export function parseArgs(text: string): Parsed<JsonValue[]> {
  if (text.trim() === "") return { ok: true, value: [] };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { ok: false, error: `Not JSON: ${(error as Error).message}` };
  }
  if (!Array.isArray(value)) return { ok: false, error: "Must be a JSON array, like [2, 3]" };
  const checked = jobSubmissionSchema.shape.args.safeParse(value);
  if (checked.success) return { ok: true, value: checked.data };
  const [issue] = checked.error.issues;
  // Counted as people count: the first argument is number 1.
  const where = typeof issue?.path[0] === "number" ? `Argument ${issue.path[0] + 1} ` : "Arguments ";
  return { ok: false, error: `${where}${issue?.message ?? "aren't valid"}` };
}

/** The text of the timeout field in ms; empty means the default. */
export function parseTimeout(text: string): Parsed<number | undefined> {
  if (text.trim() === "") return { ok: true, value: undefined };
  if (!/^\d+$/.test(text.trim())) return { ok: false, error: "Must be a whole number of milliseconds" };
  const checked = jobSubmissionSchema.shape.timeout.safeParse(Number(text));
  return checked.success
    ? { ok: true, value: checked.data }
    : { ok: false, error: `Must be 1 to ${MAX_TIMEOUT_MS} ms` };
}
