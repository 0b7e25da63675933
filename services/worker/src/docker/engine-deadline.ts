/**
 * Longest waits for the engine, in ms. It answers in milliseconds, on a busy machine in seconds (a create 28 ms, a start
 * 200 ms, a removal 94 ms on two idle cores); one that takes longer than these hangs, and a job must not hang with it.
 */
export const ENGINE_DEADLINE_MS = {
  /** Questions, and a kill. */
  ask: 10_000,
  /** What creates, starts or removes a container. */
  change: 30_000,
  /** Bringing an image: from an archive seconds, from a registry minutes. */
  image: 600_000,
} as const;

/**
 * The engine's answer, if it comes in time.
 * @param call asks, and is given what aborts the request at the deadline: with an engine that hangs, it would keep its
 * connection for ever. Where a late answer must be seen, it is what has been asked already.
 * @param onLate is given what a late answer brings: a container that is made after nobody waited for it any more.
 * @throws Error that names what was asked, or what the engine answered
 */
export async function withDeadline<T>(
  what: string,
  deadlineMs: number,
  call: Promise<T> | ((abortSignal: AbortSignal) => Promise<T>),
  onLate: (value: T) => void = () => undefined,
): Promise<T> {
  const late = Promise.withResolvers<never>();
  const tooLate = new AbortController();
  const answer = typeof call === "function" ? call(tooLate.signal) : call;
  const timer = setTimeout(() => {
    // First, so that it is the reason: what is aborted fails as well.
    late.reject(new Error(`the Docker engine didn't answer within ${deadlineMs / 1_000} s: ${what}`));
    tooLate.abort();
  }, deadlineMs);
  answer.then(
    (value) => tooLate.signal.aborted && onLate(value),
    () => undefined,
  );
  try {
    return await Promise.race([answer, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
