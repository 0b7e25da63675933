import type { Claimant, Clock } from "@lambda-lite/backplane/ports";
import type Docker from "dockerode";
import type { Logger } from "pino";
import type { ContainerOwner } from "./container-labels.ts";
import { LABEL } from "./container-labels.ts";
import { LONGEST_USE_MS } from "./container-options.ts";
import type { ContainerRemoval } from "./container-removal.ts";
import { ENGINE_DEADLINE_MS, withDeadline } from "./engine-deadline.ts";
import type { SandboxGroups } from "./sandbox-groups.ts";

/** How often orphans are looked for, in ms: with a lease of 20 s a dead worker's are gone within 40 s. */
const ROUND_MS = 15_000;

export interface OrphanReaper {
  /** One round. @returns how many containers were removed. @throws when the engine or the leases can't be read. */
  reap(): Promise<number>;
  start(): void;
  stop(): Promise<void>;
}

/**
 * Removes the sandboxes on this engine that nobody uses any more: those of earlier lives of this worker, and of other
 * workers whose lease is over; and those of the living that are too old, of which their worker never heard: the engine
 * may die after it made a container and before it said so. Touches nothing when it can't read the leases.
 */
export function createOrphanReaper(deps: {
  docker: Docker;
  owner: () => ContainerOwner;
  /** The lives whose lease runs. */
  living: () => Promise<readonly Claimant[]>;
  removal: ContainerRemoval;
  groups: SandboxGroups | undefined;
  clock: Clock;
  logger: Logger;
}): OrphanReaper {
  const { docker, owner, living, removal, groups, clock, logger } = deps;
  const stopping = new AbortController();
  let loop: Promise<void> = Promise.resolve();
  /** Since when each container has been seen, by the monotonic clock. */
  let seenSinceMs = new Map<string, number>();

  async function reap(): Promise<number> {
    const own = owner();
    // What exists first: one that appears later isn't judged by leases that were read before it was made.
    const label = [
      `${LABEL.SANDBOX}=sandbox`,
      `${LABEL.INSTALLATION}=${own.installationId}`,
      `${LABEL.ENGINE}=${own.engineId}`,
    ];
    const found = await withDeadline("list containers", ENGINE_DEADLINE_MS.ask, (abortSignal) =>
      docker.listContainers({ all: true, filters: { label }, abortSignal }),
    );
    const nowMs = clock.monotonicMs();
    seenSinceMs = new Map(found.map(({ Id }) => [Id, seenSinceMs.get(Id) ?? nowMs]));
    const seenForMs = (id: string) => nowMs - (seenSinceMs.get(id) ?? nowMs);
    const groupsFound = (await groups?.list()) ?? [];
    const lives = await living();
    const orphans = found.filter(({ Id, Labels }) =>
      isOrphan(Labels, { own, lives, nowMs: clock.nowMs(), seenForMs: seenForMs(Id) }),
    );
    // The engine answers again, if it didn't. Both at once: an orphan that was left before is then tried once, not twice.
    const leftOnes = removal.retryLeft();
    await Promise.all([leftOnes, ...orphans.map(({ Id }) => removal.remove(docker.getContainer(Id)))]);
    await Promise.all(groupsFound.filter(({ life }) => isOver(life, { own, lives })).map((group) => group.remove()));
    if (orphans.length > 0) logger.warn({ count: orphans.length }, "removed sandboxes that nobody used any more");
    return orphans.length;
  }

  return {
    reap,
    start() {
      loop = (async () => {
        while (!stopping.signal.aborted) {
          await clock.sleep(ROUND_MS, stopping.signal);
          if (!stopping.signal.aborted) await reap().catch((err) => logger.debug({ err }, "orphans not looked for"));
        }
      })();
    },
    async stop() {
      stopping.abort();
      await loop;
    },
  };
}

/** What tells whether a container is an orphan. */
interface OrphanEvidence {
  own: ContainerOwner;
  lives: readonly Claimant[];
  /** Unix time in ms. */
  nowMs: number;
  /** How long it has existed at least, in ms. */
  seenForMs: number;
}

/** Whether nobody can be using the container with these labels. */
export function isOrphan(
  labels: Readonly<Record<string, string>>,
  { own, lives, nowMs, seenForMs }: OrphanEvidence,
): boolean {
  // Another installation's leases are in another database: to us, all of its workers would be dead.
  if (labels[LABEL.INSTALLATION] !== own.installationId || labels[LABEL.ENGINE] !== own.engineId) return false;
  const life = { workerId: labels[LABEL.WORKER] ?? "", epoch: Number(labels[LABEL.EPOCH]) };
  if (isOver(life, { own, lives })) return true;
  // Its maker may be of another version, where jobs may run longer; the two clocks may differ. So both must say it.
  return seenForMs > LONGEST_USE_MS && nowMs > Number.parseInt(labels[LABEL.DEADLINE] ?? "", 10);
}

/** Whether that life's lease is over, and it isn't our own. */
function isOver({ workerId, epoch }: Claimant, { own, lives }: { own: Claimant; lives: readonly Claimant[] }): boolean {
  const isOurs = workerId === own.workerId && epoch === own.epoch;
  return !isOurs && !lives.some((life) => life.workerId === workerId && life.epoch === epoch);
}
