import { AppError } from "@lambda-lite/backplane/ports";
import type { z } from "zod";

/** Most mistakes listed in one answer: a body of a megabyte can have a million. */
const MAX_ERRORS = 20;
/** Longest message, in characters: it names unknown keys, which may be as long as the body. */
const MAX_MESSAGE_LENGTH = 300;

/**
 * @returns the input as the schema understands it.
 * @throws AppError `VALIDATION_FAILED` that says what is wrong where.
 */
export function validate<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new AppError("VALIDATION_FAILED", undefined, {
    errors: parsed.error.issues.slice(0, MAX_ERRORS).map(({ path, message }) => ({
      path: path.map(String).join("."),
      message: shortened(message),
    })),
  });
}

function shortened(message: string): string {
  if (message.length <= MAX_MESSAGE_LENGTH) return message;
  return `${message.slice(0, MAX_MESSAGE_LENGTH).toWellFormed()}…`;
}
