import type { ApiName } from "../stack/parts.ts";
import { callApi } from "./api-call.ts";
import type { CallEnd } from "./api-call.ts";

/** A call that wasn't answered as it was hoped for. */
export interface Refusal {
  /** Unix time of the call's beginning. */
  atMs: number;
  tookMs: number;
  api: ApiName;
  what: "submit" | "read";
  kind: "closed" | "hung" | "answered";
  status?: number;
  detail: string;
}

/** Calls the API and keeps account of what was refused. */
export interface CallLog {
  refusals: readonly Refusal[];
  counts: { submit: number; read: number };
  call(api: ApiName, what: Refusal["what"], path: string, init?: RequestInit): Promise<CallEnd>;
}

export function createCallLog(urlOf: (api: ApiName) => string): CallLog {
  const refusals: Refusal[] = [];
  const counts = { submit: 0, read: 0 };
  return {
    refusals,
    counts,
    async call(api, what, path, init) {
      counts[what] += 1;
      const atMs = Date.now();
      const end = await callApi(urlOf(api) + path, init);
      if (end.kind === "answered" && end.status < 300) return end;
      refusals.push({
        atMs,
        tookMs: Math.round(end.tookMs),
        api,
        what,
        kind: end.kind,
        ...(end.kind === "answered" ? { status: end.status } : {}),
        detail: describe(path, end),
      });
      return end;
    },
  };
}

function describe(path: string, end: CallEnd): string {
  if (end.kind === "closed") return `${path}: ${end.error}`;
  if (end.kind === "hung") return `${path}: no answer`;
  const { code, detail } = (end.body ?? {}) as { code?: string; detail?: string };
  return `${path}: ${end.status} ${code ?? ""} ${detail ?? ""}`.trim();
}
