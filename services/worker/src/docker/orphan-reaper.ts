import type { Claimant, Clock } from "@lambda-lite/backplane/ports";
import type Docker from "dockerode";
import type { Logger } from "pino";
import type { ContainerOwner } from "./container-labels.ts";
import { LABEL } from "./container-labels.ts";
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
 * workers whose lease is over. Judges by the leases alone, and touches nothing when it can't read them.
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

  async function reap(): Promise<number> {
    const own = owner();
    // What exists first: one that appears later isn't judged by leases that were read before it was made.
    const label = [
      `${LABEL.SANDBOX}=sandbox`,
      `${LABEL.INSTALLATION}=${own.installationId}`,
      `${LABEL.ENGINE}=${own.engineId}`,
    ];
    const listing = docker.listContainers({ all: true, filters: { label } });
    const found = await withDeadline("list containers", ENGINE_DEADLINE_MS.ask, listing);
    const groupsFound = (await groups?.list()) ?? [];
    const lives = await living();
    const orphans = found.filter(({ Labels }) => isOrphan(Labels, { own, lives }));
    // The engine answers again, if it didn't.
    await removal.retryLeft();
    await Promise.all(orphans.map(({ Id }) => removal.remove(docker.getContainer(Id))));
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

/** Whether nobody can be using the container with these labels. */
export function isOrphan(
  labels: Readonly<Record<string, string>>,
  { own, lives }: { own: ContainerOwner; lives: readonly Claimant[] },
): boolean {
  // Another installation's leases are in another database: to us, all of its workers would be dead.
  if (labels[LABEL.INSTALLATION] !== own.installationId || labels[LABEL.ENGINE] !== own.engineId) return false;
  return isOver({ workerId: labels[LABEL.WORKER] ?? "", epoch: Number(labels[LABEL.EPOCH]) }, { own, lives });
}

/** Whether that life's lease is over, and it isn't our own. */
function isOver({ workerId, epoch }: Claimant, { own, lives }: { own: Claimant; lives: readonly Claimant[] }): boolean {
  const isOurs = workerId === own.workerId && epoch === own.epoch;
  return !isOurs && !lives.some((life) => life.workerId === workerId && life.epoch === epoch);
}
