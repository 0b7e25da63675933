import type { AttemptRef } from "../ports/index.ts";

/**
 * BullMQ's id of one attempt. It carries the attempt because an add whose id exists in *any* state
 * is a no-op: without it, a retried job could never be queued again.
 */
export function attemptId({ id, attempt }: AttemptRef): string {
  return `${id}-${attempt}`;
}
