/** ENOSPC and EDQUOT, in the words of the engine's operating system (errno(3)). */
const DISK_FULL = /no space left on device|disk quota exceeded/i;

/** What is wrong with the engine, for those who run it. */
export function engineProblem(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return DISK_FULL.test(message) ? `the Docker engine's disk is full (${message})` : message;
}
