import type { Principal } from "../domain/principal.ts";

/** A request as a handler sees it: nothing of Express. */
export interface ApiRequest {
  principal: Principal;
  params: Readonly<Record<string, string>>;
  query: unknown;
  body: unknown;
  /** A header's value, by its name in any case. */
  header(name: string): string | undefined;
  /** Aborted when nobody waits for the answer any more. */
  signal: AbortSignal;
}

/** One of `body`, `text` and `stream`, or an answer without a body. */
export interface ApiResponse {
  status: number;
  /** Sent as JSON. */
  body?: object;
  /** Sent as it is; `headers` name its type. */
  text?: string;
  stream?: StreamedText;
  headers?: Readonly<Record<string, string>>;
}

/** An answer that comes bit by bit, no faster than it is taken. */
export interface StreamedText {
  chunks: AsyncGenerator<string | Uint8Array, void>;
  /** Sent at once, so that the reader knows he is heard. */
  beginning: string;
  /** Sent now and then, so that nobody between takes the connection for dead; empty: nothing is. */
  heartbeat: string;
  /** The last word to a reader who takes nothing any more. */
  stalled(): string;
}

/** Answers, or throws an AppError. */
export type Handler = (request: ApiRequest) => Promise<ApiResponse>;
