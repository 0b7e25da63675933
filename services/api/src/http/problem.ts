import { AppError } from "@lambda-lite/backplane/ports";
import { PROBLEMS, PROBLEM_MEDIA_TYPE } from "@lambda-lite/shared";
import type { Problem, ProblemCode } from "@lambda-lite/shared";
import type { Response } from "express";

/** What the body parser's errors mean to a client (http-errors `type`s of body-parser's README). */
const BODY_ERRORS: ReadonlyMap<string | undefined, ProblemCode> = new Map([
  ["entity.parse.failed", "INVALID_JSON"],
  ["entity.verify.failed", "INVALID_JSON"],
  ["entity.too.large", "PAYLOAD_TOO_LARGE"],
  ["charset.unsupported", "UNSUPPORTED_MEDIA_TYPE"],
  ["encoding.unsupported", "UNSUPPORTED_MEDIA_TYPE"],
]);

/** Any error as the AppError that the client is told; what isn't a client's mistake is INTERNAL. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const { type, status } = (error ?? {}) as { type?: string; status?: number };
  const code = BODY_ERRORS.get(type);
  if (code) return new AppError(code, undefined, { cause: error });
  // A malformed URL, an aborted or corrupt body: Express and body-parser say 4xx themselves.
  if (status !== undefined && status >= 400 && status < 500) {
    return new AppError("BAD_REQUEST", undefined, { cause: error });
  }
  return new AppError("INTERNAL", undefined, { cause: error });
}

/** RFC 9457. Never a stack, never the cause. */
export function toProblem({ code, status, message, errors }: AppError): Problem {
  const { title } = PROBLEMS[code];
  return {
    type: `urn:lambda-lite:problem:${code}`,
    title,
    status,
    code,
    ...(message === title ? {} : { detail: message }),
    ...(errors ? { errors: [...errors] } : {}),
  };
}

export function sendProblem(response: Response, error: AppError): void {
  if (error.status === 503) response.set("retry-after", "1");
  if (error.status === 401) response.set("www-authenticate", "Bearer");
  response
    .status(error.status)
    .type(PROBLEM_MEDIA_TYPE)
    .send(JSON.stringify(toProblem(error)));
}
