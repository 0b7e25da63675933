import type { ProblemCode } from "@lambda-lite/shared";
import { PROBLEMS } from "@lambda-lite/shared";

/** The one error that crosses layers: its code says what the client is told and whether to retry. */
export class AppError extends Error {
  readonly code: ProblemCode;
  readonly status: number;
  readonly retryable: boolean;
  /** What is wrong where, for VALIDATION_FAILED. */
  readonly errors: ReadonlyArray<{ path: string; message: string }> | undefined;

  constructor(
    code: ProblemCode,
    detail?: string,
    options: { cause?: unknown; errors?: ReadonlyArray<{ path: string; message: string }> } = {},
  ) {
    super(detail ?? PROBLEMS[code].title, { cause: options.cause });
    this.name = "AppError";
    this.code = code;
    this.status = PROBLEMS[code].status;
    this.retryable = this.status === 503;
    this.errors = options.errors;
  }
}
