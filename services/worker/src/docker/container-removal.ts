import type { Clock } from "@lambda-lite/backplane/ports";
import type Docker from "dockerode";
import type { Logger } from "pino";
import { ENGINE_DEADLINE_MS, withDeadline } from "./engine-deadline.ts";
import type { SandboxGroup } from "./sandbox-groups.ts";

/** Pauses before each further try, in ms. */
const RETRY_MS = [200, 1_000, 5_000];

/** Removes containers for certain or says so; keeps count of removals under way. */
export interface ContainerRemoval {
  /**
   * Kills and removes, and then what was the container's alone. Never throws. Asked twice for one container, it waits for
   * what is under way.
   */
  remove(container: Docker.Container, group?: Pick<SandboxGroup, "remove">): Promise<void>;
  /** Tries again what couldn't be removed when it was to be, as when the engine was away. */
  retryLeft(): Promise<void>;
  /** Counts this as under way too: something that ends in a removal. Never rejects. */
  expect(work: Promise<void>): Promise<void>;
  /** Resolves when no removal is under way. */
  settled(): Promise<void>;
}

export function createContainerRemoval(deps: { clock: Clock; logger: Logger }): ContainerRemoval {
  const { clock, logger } = deps;
  const underway = new Set<Promise<void>>();
  /** By the container's id, and so is `left`: whoever finds a container on the engine has another object for it. */
  const tries = new Map<string, Promise<boolean>>();
  const left = new Map<string, { container: Docker.Container; group: Pick<SandboxGroup, "remove"> | undefined }>();

  /** @returns whether it's gone */
  function removeOnce(container: Docker.Container): Promise<boolean> {
    const known = tries.get(container.id);
    if (known) return known;
    const removal = removeWithRetry(container).finally(() => tries.delete(container.id));
    tries.set(container.id, removal);
    return removal;
  }

  /** @returns whether it's gone */
  async function removeWithRetry(container: Docker.Container): Promise<boolean> {
    for (const pauseMs of [...RETRY_MS, undefined]) {
      try {
        await withDeadline("remove a container", ENGINE_DEADLINE_MS.change, (abortSignal) =>
          container.remove({ force: true, v: true, abortSignal }),
        );
        return true;
      } catch (err) {
        const { statusCode } = err as { statusCode?: number };
        if (statusCode === 404) return true;
        if (pauseMs === undefined) {
          logger.error({ err, containerId: container.id }, "container left to the reaper");
          return false;
        }
        // 409: a removal of it is in progress. It may still fail, so look again.
        await clock.sleep(pauseMs);
      }
    }
    return false;
  }

  async function removeBoth(container: Docker.Container, group?: Pick<SandboxGroup, "remove">): Promise<void> {
    const isGone = await removeOnce(container);
    // Who asks again may not know of the group.
    const itsGroup = group ?? left.get(container.id)?.group;
    if (!isGone) return void left.set(container.id, { container, group: itsGroup });
    left.delete(container.id);
    await itsGroup?.remove();
  }

  function follow(work: Promise<void>): Promise<void> {
    const done: Promise<void> = work.finally(() => underway.delete(done));
    underway.add(done);
    return done;
  }

  return {
    remove: (container, group) => follow(removeBoth(container, group)),
    async retryLeft() {
      await Promise.all([...left.values()].map(({ container, group }) => follow(removeBoth(container, group))));
    },
    expect: (work) => follow(work.catch(() => undefined)),
    async settled() {
      while (underway.size > 0) await Promise.all(underway);
    },
  };
}
