import { jobSubmissionSchema } from "@lambda-lite/shared";
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
  return check(jobSubmissionSchema.shape.args.safeParse(value));
}

/** The text of the timeout field in ms; empty means the default. */
export function parseTimeout(text: string): Parsed<number | undefined> {
  if (text.trim() === "") return { ok: true, value: undefined };
  if (!/^\d+$/.test(text.trim())) return { ok: false, error: "Must be a whole number of milliseconds" };
  return check(jobSubmissionSchema.shape.timeout.safeParse(Number(text)));
}

interface Checked<T> {
  success: boolean;
  data?: T;
  error?: { issues: ReadonlyArray<{ message: string }> };
}

function check<T>(result: Checked<T>): Parsed<T> {
  if (result.success) return { ok: true, value: result.data as T };
  return { ok: false, error: result.error?.issues[0]?.message ?? "Not valid" };
}
