/** Something a person has to change. The message says what and how; it is shown without a stack. */
export class SetupError extends Error {
  override name = "SetupError";
}

/** What to print for any error that ends a script: a stack only where the fault is ours. */
export function describeError(error: unknown): string {
  if (error instanceof SetupError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
