import { SAMPLE_ARGS, SAMPLE_CODE } from "./sample.ts";

/** What a person is working on, as text: it need not be valid yet. */
export interface Draft {
  code: string;
  args: string;
  timeout: string;
}

const STORAGE_KEY = "lambda-lite:draft";
const SAMPLE: Draft = { code: SAMPLE_CODE, args: SAMPLE_ARGS, timeout: "" };

/** The draft of this tab, which survives a reload; at first the sample. */
export function readDraft(): Draft {
  try {
    return parseDraft(JSON.parse(sessionStorage.getItem(STORAGE_KEY) ?? "null")) ?? SAMPLE;
  } catch {
    return SAMPLE;
  }
}

export function saveDraft(draft: Draft): void {
  try {
    sessionStorage.setItem(STORAGE_KEY, JSON.stringify(draft));
  } catch {
    // Full or forbidden: then a reload shows the last one that fitted.
  }
}

/** @returns undefined when it isn't a draft: another version of the page may have left something else. */
export function parseDraft(stored: unknown): Draft | undefined {
  if (typeof stored !== "object" || stored === null) return undefined;
  const { code, args, timeout } = stored as Partial<Record<keyof Draft, unknown>>;
  if (typeof code !== "string" || typeof args !== "string" || typeof timeout !== "string") return undefined;
  return { code, args, timeout };
}
