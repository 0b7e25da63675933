import { ApiError } from "../../lib/api-error.ts";

/** What the API refused, sorted by where the form can show it. */
export interface FieldErrors {
  args: string | undefined;
  timeout: string | undefined;
  /** What belongs to neither field, with its path. */
  others: string[];
}

/** From paths like `args.0` and `timeout`. Of several errors in one field the first is shown. */
export function fieldErrors(error: Error | null): FieldErrors {
  const errors = error instanceof ApiError ? error.errors : [];
  const field = ({ path }: { path: string }) => path.split(".")[0];
  const first = (name: string) => errors.find((wrong) => field(wrong) === name)?.message;
  return {
    args: first("args"),
    timeout: first("timeout"),
    others: errors
      .filter((wrong) => field(wrong) !== "args" && field(wrong) !== "timeout")
      .map(({ path, message }) => (path ? `${path} ${message}` : message)),
  };
}
