import type { Clock } from "@lambda-lite/backplane/ports";
import type { FaultOf, PoolKey, Sandbox, SandboxProvider } from "../ports/sandbox.ts";
import { poolKeyText, SandboxUnavailable } from "../ports/sandbox.ts";

/** Longest wait for the answer whether the engine is well, in ms: a start takes 0.3 s, on a busy machine seconds. */
const TRIAL_MS = 10_000;
/**
 * A failure that came within so long, in ms, is tried again before the class is blamed for it: the engine may have been
 * restarted just then. With a trial and another start this is within what a claim allows for a start (60 s).
 */
const QUICK_MS = 4_000;
/** How long a class that couldn't be had counts as one that can't, in ms, unless one can before. */
const MEMORY_MS = 60_000;

export interface FaultFinder extends SandboxProvider {
  /** Whether sandboxes of this class can be had, as far as is known. */
  canBeHad(key: PoolKey): boolean;
}

/**
 * Finds out what is at fault when a sandbox can't be made, and puts it into the error. An engine refuses in many words,
 * and fails in as many, so it isn't guessed: where one of the usual class can be made, it's the class that can't be, as
 * of more CPUs than the engine has.
 */
export function createFaultFinder(deps: {
  sandboxes: SandboxProvider;
  /** The class that every engine must be able to give. */
  usual: PoolKey;
  /** Whether a sandbox of the usual class can be made now, as was tried. */
  engineIsWell: () => Promise<boolean>;
  onUnavailable: (error: SandboxUnavailable) => void;
  clock: Clock;
}): FaultFinder {
  const { sandboxes, usual, engineIsWell, onUnavailable, clock } = deps;
  const usualId = poolKeyText(usual);
  /** Classes that couldn't be had, and until when that counts. */
  const unavailable = new Map<string, number>();

  async function isWell(signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return false;
    const over = new AbortController();
    const late = clock.sleep(TRIAL_MS, AbortSignal.any([signal, over.signal])).then(() => false);
    return Promise.race([engineIsWell(), late]).finally(() => over.abort("answered"));
  }

  /** @throws SandboxUnavailable with what is at fault. */
  async function prepareOrBlame(key: PoolKey, signal: AbortSignal): Promise<Sandbox> {
    const attempt = () => sandboxes.prepare(key, signal).catch((error: Error) => error);
    const startedMs = clock.monotonicMs();
    const first = await attempt();
    if (!(first instanceof Error)) return first;
    const wasQuick = clock.monotonicMs() - startedMs < QUICK_MS;
    if (poolKeyText(key) === usualId || !(await isWell(signal))) throw blame("engine", first);
    const second = wasQuick ? await attempt() : first;
    if (second instanceof Error) throw blame("class", second);
    return second;
  }

  function isUnavailable(id: string): boolean {
    const untilMs = unavailable.get(id);
    if (untilMs === undefined) return false;
    if (clock.monotonicMs() < untilMs) return true;
    unavailable.delete(id);
    return false;
  }

  function remember(id: string): void {
    for (const known of unavailable.keys()) isUnavailable(known);
    unavailable.set(id, clock.monotonicMs() + MEMORY_MS);
  }

  return {
    canBeHad: (key) => !isUnavailable(poolKeyText(key)),
    async prepare(key, signal) {
      const id = poolKeyText(key);
      try {
        const sandbox = await prepareOrBlame(key, signal);
        unavailable.delete(id);
        return sandbox;
      } catch (error) {
        // Else it's nobody's fault: it isn't wanted any more.
        if (error instanceof SandboxUnavailable && !signal.aborted) {
          if (error.faultOf === "class") remember(id);
          onUnavailable(error);
        }
        throw error;
      }
    },
  };
}

function blame(faultOf: FaultOf, cause: Error): SandboxUnavailable {
  return new SandboxUnavailable(cause.message, { cause, faultOf });
}
