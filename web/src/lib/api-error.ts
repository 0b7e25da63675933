import { problemSchema } from "@lambda-lite/shared";
import type { Problem } from "@lambda-lite/shared";

/** What the API answered instead of doing what it was asked. */
export class ApiError extends Error {
  readonly code: string;
  /** The HTTP status; 0 when there was no answer. */
  readonly status: number;
  /** What is wrong where, by the submission's field names. */
  readonly errors: ReadonlyArray<{ path: string; message: string }>;

  constructor(problem: Pick<Problem, "code" | "status" | "title" | "detail" | "errors">) {
    super(problem.detail ?? problem.title);
    this.name = "ApiError";
    this.code = problem.code;
    this.status = problem.status;
    this.errors = problem.errors ?? [];
  }
}

/** From any answer that isn't a success; a proxy's page of HTML becomes an error that says so. */
export function toApiError(status: number, body: unknown): ApiError {
  const problem = problemSchema.safeParse(body);
  if (problem.success) return new ApiError(problem.data);
  const title = status >= 500 ? "The API isn't there, or something before it failed" : "Unexpected answer";
  return new ApiError({ code: "UNEXPECTED_ANSWER", status, title: `${title} (${status})` });
}

/** A success whose body breaks the contract: this page and the API are of different versions, most likely. */
export function unexpectedBody(status: number): ApiError {
  const title = "The API's answer isn't what this page expects; reload it to get the newest page";
  return new ApiError({ code: "UNEXPECTED_ANSWER", status, title });
}

/** The network itself failed. */
export function unreachable(): ApiError {
  return new ApiError({ code: "UNREACHABLE", status: 0, title: "The API can't be reached" });
}

/** Whether the API wants a key that it didn't get. */
export function isUnauthenticated(error: unknown): boolean {
  return error instanceof ApiError && error.status === 401;
}

/** What the API refused it will refuse again; one that is away may come back. */
export function mayPass(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 0 || error.status >= 500);
}
