import type { Principal } from "../domain/principal.ts";

/** A request as a handler sees it: nothing of Express. */
export interface ApiRequest {
  principal: Principal;
  params: Readonly<Record<string, string>>;
  query: unknown;
  body: unknown;
  /** A header's value, by its name in any case. */
  header(name: string): string | undefined;
}

export interface ApiResponse {
  status: number;
  /** Absent: an answer without a body. */
  body?: object;
  headers?: Readonly<Record<string, string>>;
}

/** Answers, or throws an AppError. */
export type Handler = (request: ApiRequest) => Promise<ApiResponse>;
