/** How a call of the API ended. */
export type CallEnd =
  | { kind: "answered"; status: number; body: unknown }
  /** Nobody listens, or the connection ended before an answer. */
  | { kind: "closed"; error: string }
  /** No answer at all: the one thing that a client can do nothing with. */
  | { kind: "hung" };

/** More than the API's longest patience with a store that is slow but lives. */
const HANG_MS = 30_000;

export async function callApi(url: string, init: RequestInit = {}): Promise<CallEnd & { tookMs: number }> {
  const startedMs = performance.now();
  const end = await call(url, init);
  return { ...end, tookMs: performance.now() - startedMs };
}

async function call(url: string, init: RequestInit): Promise<CallEnd> {
  const signal = AbortSignal.timeout(HANG_MS);
  try {
    const response = await fetch(url, { ...init, signal });
    return { kind: "answered", status: response.status, body: parse(await response.text()) };
  } catch (error) {
    if (signal.aborted) return { kind: "hung" };
    return { kind: "closed", error: describe(error) };
  }
}

/** `fetch failed` says nothing; its cause does. */
function describe(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? `${message}: ${(cause as NodeJS.ErrnoException).code ?? cause.message}` : message;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
