import type { Claimant, Clock, JobStore, WorkerOffer, WorkerRegistry } from "@lambda-lite/backplane/ports";
import type { Logger } from "pino";
import type { HeldJobs } from "./held-jobs.ts";
import { drained } from "./returns.ts";

/** How often the lease is renewed, in ms: four tries within its 20 s. */
const RENEWAL_MS = 5_000;
/**
 * After this long without an acknowledged renewal the worker gives its jobs up, in ms. Counted from
 * the *send* of the last acknowledged one, so it ends before the lease does whatever the reply took.
 */
const GIVE_UP_MS = 15_000;
/** How often it looks whether that moment has come, in ms. */
const WATCH_MS = 500;
/** Pause between tries to begin a new life, or to reach a store that is away, in ms. */
const RETRY_MS = 1_000;

export interface LeaseKeeper {
  /** The present life. Only read while `alive()`. */
  life(): Claimant;
  /** False between losing a lease and beginning the next life: claim nothing then. */
  alive(): boolean;
  /** Whether the store answered since it was last suspected; while it doesn't, no claim can be made. */
  storeAnswers(): boolean;
  /** A claim couldn't be made: asks the store every second until it answers again. */
  suspectStore(): void;
  /** Begins the first life. @throws AppError when the registry can't be reached. */
  start(): Promise<Claimant>;
  /** Ends the life in the registry, so that nobody waits for its lease. */
  stop(): Promise<void>;
}

/**
 * Keeps this worker's one lease. The same tick looks at what the store believes this life is running:
 * it stops what shall be cancelled, and releases what nobody here holds (a claim whose reply was lost).
 *
 * ALIVE --(no acknowledged renewal for 15 s, or told that the life is over)--> LOST: every container
 * is killed and nothing is recorded --(all jobs let go)--> a new life with epoch + 1.
 */
export function createLeaseKeeper(deps: {
  workerId: string;
  offer: () => WorkerOffer;
  registry: WorkerRegistry;
  jobs: Pick<JobStore, "heldBy" | "release">;
  held: HeldJobs;
  /** This life is over, and everything that was made in it. */
  onLost: () => void;
  clock: Clock;
  logger: Logger;
}): LeaseKeeper {
  const { workerId, offer, registry, jobs, held, onLost, clock, logger } = deps;
  const stopping = new AbortController();
  let life: Claimant = { workerId, epoch: 0 };
  let acknowledgedSendMs = 0;
  let alive = false;
  let storeAnswers = true;
  let loops: Promise<void> = Promise.resolve();

  async function beginLife(): Promise<Claimant> {
    const sentMs = clock.monotonicMs();
    life = await registry.register(workerId, offer());
    acknowledgedSendMs = sentMs;
    alive = true;
    storeAnswers = true;
    logger.info({ workerId, epoch: life.epoch }, "lease taken");
    return life;
  }

  async function renew(): Promise<void> {
    const sentMs = clock.monotonicMs();
    const renewedLife = life;
    const renewed = await registry.renew(renewedLife, offer());
    storeAnswers = true;
    if (renewedLife !== life || !alive) return;
    if (!renewed) return lose("told that this life is over");
    acknowledgedSendMs = sentMs;
    await reconcileHeld();
  }

  async function reconcileHeld(): Promise<void> {
    for (const job of await jobs.heldBy(life)) {
      if (!held.has(job.token)) {
        const released = await jobs.release(job, drained());
        // Else it ended between the reading and here.
        if (released) logger.warn({ jobId: job.id }, "released a claim whose reply was lost");
      } else if (job.cancelRequested) {
        held.stop(job.token, "cancelled");
      }
    }
  }

  function lose(why: string): void {
    alive = false;
    logger.error({ epoch: life.epoch, running: held.count(), why }, "lease lost; giving all jobs up");
    held.stopAll("lease-lost");
    onLost();
  }

  async function watchLoop(): Promise<void> {
    while (!stopping.signal.aborted) {
      await clock.sleep(WATCH_MS, stopping.signal);
      if (alive && clock.monotonicMs() - acknowledgedSendMs > GIVE_UP_MS) lose("couldn't renew");
    }
  }

  /** Until the next renewal; shorter when the store is suspected, also from now on. */
  async function pause(): Promise<void> {
    const until = clock.monotonicMs() + RENEWAL_MS;
    do await clock.sleep(RETRY_MS, stopping.signal);
    while (alive && storeAnswers && clock.monotonicMs() < until && !stopping.signal.aborted);
  }

  async function renewLoop(): Promise<void> {
    while (!stopping.signal.aborted) {
      await pause();
      if (stopping.signal.aborted) return;
      try {
        if (alive) await renew();
        if (!alive) {
          await held.empty();
          await beginLife();
        }
      } catch (err) {
        logger.warn({ err }, "lease not renewed");
      }
    }
  }

  return {
    life: () => life,
    alive: () => alive,
    storeAnswers: () => storeAnswers,
    suspectStore() {
      storeAnswers = false;
    },
    async start() {
      const first = await beginLife();
      loops = Promise.all([watchLoop(), renewLoop()]).then(() => undefined);
      return first;
    },
    async stop() {
      stopping.abort();
      await loops;
      alive = false;
      await registry.retire(life).catch((err) => logger.warn({ err }, "lease left to run out"));
    },
  };
}
