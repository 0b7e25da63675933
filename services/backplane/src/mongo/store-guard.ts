import type { Clock } from "../ports/index.ts";
import { AppError } from "../ports/index.ts";

/** A database that answers nothing for so long is away, in ms: a client must hear 503 in under two seconds. */
export const SILENCE_MS = 1_800;
/** Longest wait for a database that is slow but lives, in ms. */
const PATIENCE_MS = 20_000;

// By name, because the driver's classes may be loaded twice (mongoose brings its own copy).
const UNREACHABLE =
  /^(Mongo(Network|ServerSelection|Topology|NotConnected|Pool|ConnectionPool|WriteConcern)|MongooseServerSelection|MongooseError$)/;

/** The driver passes the socket's own error on when the other side ended it just before a write. */
const SOCKET_ENDED = new Set<string | number>(["EPIPE", "ECONNRESET", "ERR_STREAM_DESTROYED"]);

/**
 * What a server answers that is being stopped, or is no primary any more
 * (https://www.mongodb.com/docs/manual/reference/error-codes/): ShutdownInProgress, PrimarySteppedDown,
 * NotWritablePrimary, InterruptedAtShutdown, InterruptedDueToReplStateChange, NotPrimaryNoSecondaryOk, NotPrimaryOrSecondary.
 */
const GOING = new Set<string | number>([91, 189, 10_107, 11_600, 11_602, 13_435, 13_436]);

/** Whether it's the way to the database that failed, and not what it was asked. */
export function isUnreachable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code = "" } = error as { code?: string | number };
  return UNREACHABLE.test(error.name) || SOCKET_ENDED.has(code) || GOING.has(code);
}

/**
 * Runs a database operation and turns "can't be reached", or no answer in time, into the error that
 * clients are told. An operation without an answer may have been committed all the same.
 * @throws AppError `STORE_UNAVAILABLE`; anything else as it came.
 */
export type StoreGuard = <T>(operation: () => Promise<T>) => Promise<T>;

/**
 * One guard per connection. It tells a database that is away (silent for 1.8 s) from one that is busy
 * (gives signs of life): under a burst or on a slow disk operations wait, and are not refused.
 */
export function createStoreGuard(clock: Pick<Clock, "monotonicMs">): {
  guard: StoreGuard;
  /** The database gave a sign of life: the driver's heartbeat, on a connection that no operation uses. */
  noteAlive: () => void;
} {
  let lastAliveMs = Number.NEGATIVE_INFINITY;
  const noteAlive = () => {
    lastAliveMs = clock.monotonicMs();
  };

  async function guard<T>(operation: () => Promise<T>): Promise<T> {
    const silence = watchForSilence(clock, () => lastAliveMs);
    try {
      const answer = await Promise.race([operation(), silence.promise]);
      noteAlive();
      return answer;
    } catch (error) {
      throw isUnreachable(error) ? new AppError("STORE_UNAVAILABLE", undefined, { cause: error }) : error;
    } finally {
      silence.stop();
    }
  }
  return { guard, noteAlive };
}

function watchForSilence(clock: Pick<Clock, "monotonicMs">, lastAliveMs: () => number) {
  const { promise, reject } = Promise.withResolvers<never>();
  const startedMs = clock.monotonicMs();
  let timer = setTimeout(look, SILENCE_MS);

  function look(): void {
    const nowMs = clock.monotonicMs();
    const silentMs = nowMs - Math.max(startedMs, lastAliveMs());
    if (silentMs >= SILENCE_MS || nowMs - startedMs >= PATIENCE_MS) {
      reject(new AppError("STORE_UNAVAILABLE", "The job store doesn't answer in time"));
    } else timer = setTimeout(look, SILENCE_MS - silentMs);
  }
  return { promise, stop: () => clearTimeout(timer) };
}

/** Puts the guard around every method. */
export function guardAll<T extends object>(store: T, guard: StoreGuard): T {
  const guarded = Object.entries(store).map(([name, method]) => {
    const call = method as (...args: unknown[]) => Promise<unknown>;
    return [name, (...args: unknown[]) => guard(() => call(...args))] as const;
  });
  return Object.fromEntries(guarded) as unknown as T;
}
