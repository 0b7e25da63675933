import type { Clock, LeaderLease } from "@lambda-lite/backplane/ports";
import { LEADER_LEASE_MS } from "@lambda-lite/backplane/ports";
import type { Logger } from "pino";

/** How often the lease is taken or prolonged, in ms: three tries within its 6 s. */
const HOLD_MS = 2_000;
/** A leader that couldn't prolong for so long stops before its lease is over, in ms. Counted from the send. */
const TRUST_MS = LEADER_LEASE_MS - 1_000;

export interface Election {
  /** Whether this process leads now. */
  leads(): boolean;
  start(): void;
  /** Lets the next one lead at once. */
  stop(): Promise<void>;
}

/** One of the processes that take part under a name leads; when it dies, another does within 8 s. */
export function createElection(deps: {
  name: string;
  /** Names this process among the others. */
  holder: string;
  lease: LeaderLease;
  clock: Clock;
  logger: Logger;
}): Election {
  const { name, holder, lease, clock, logger } = deps;
  const stopping = new AbortController();
  let heldSinceMs = Number.NEGATIVE_INFINITY;
  let loop: Promise<void> = Promise.resolve();
  const leads = () => clock.monotonicMs() - heldSinceMs < TRUST_MS;

  async function campaign(): Promise<void> {
    const sentMs = clock.monotonicMs();
    const led = leads();
    const held = await lease.hold(name, holder);
    heldSinceMs = held ? sentMs : Number.NEGATIVE_INFINITY;
    if (held !== led) logger.info({ name }, held ? "leads now" : "leads no more");
  }

  return {
    leads,
    start() {
      loop = (async () => {
        while (!stopping.signal.aborted) {
          await campaign().catch((err) => logger.debug({ err }, "election: store away"));
          await clock.sleep(HOLD_MS, stopping.signal);
        }
      })();
    },
    async stop() {
      stopping.abort();
      await loop;
      const led = leads();
      heldSinceMs = Number.NEGATIVE_INFINITY;
      if (led) await lease.resign(name, holder).catch((err) => logger.debug({ err }, "lease left to run out"));
    },
  };
}
