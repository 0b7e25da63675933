import { AppError } from "@lambda-lite/backplane/ports";
import type { ApiRequest } from "./handler.ts";

/** Longest that a request waits for a job, in seconds: what proxies between usually bear. */
export const MAX_WAIT_S = 60;

/** How a client asked to be answered when the job has ended, and for how long at most. */
export interface WaitPreference {
  timeoutMs: number;
  /** For the answer: which preference was obeyed (RFC 7240 section 3). */
  headers: Readonly<Record<string, string>>;
}

/**
 * `?wait=20`, or `Prefer: wait=20` (RFC 7240 section 4.3), in seconds; more than a minute is a minute.
 * @throws AppError `VALIDATION_FAILED` for a query that isn't a number; a preference that isn't understood is ignored
 */
export function waitPreference({ query, header }: Pick<ApiRequest, "query" | "header">): WaitPreference | undefined {
  const { wait } = query as { wait?: unknown };
  if (wait !== undefined) {
    if (typeof wait === "string" && /^\d{1,6}$/.test(wait)) return upTo(Number(wait), {});
    throw new AppError("VALIDATION_FAILED", undefined, {
      errors: [{ path: "wait", message: `must be a number of seconds, at most ${MAX_WAIT_S}` }],
    });
  }
  const preferred = /(?:^|[,;\s])wait="?(\d{1,6})"?(?:$|[,;\s])/i.exec(header("prefer") ?? "")?.[1];
  if (preferred === undefined) return undefined;
  const seconds = Math.min(Number(preferred), MAX_WAIT_S);
  return upTo(seconds, { "preference-applied": `wait=${seconds}` });
}

function upTo(seconds: number, headers: Record<string, string>): WaitPreference | undefined {
  if (seconds === 0) return undefined;
  return { timeoutMs: Math.min(seconds, MAX_WAIT_S) * 1_000, headers };
}
