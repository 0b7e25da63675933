import type { Clock } from "@lambda-lite/backplane/ports";
import type Docker from "dockerode";
import type { Logger } from "pino";
import { ENGINE_DEADLINE_MS, withDeadline } from "./engine-deadline.ts";
import type { SandboxGroup } from "./sandbox-groups.ts";

/** Pauses before each further try, in ms. */
const RETRY_MS = [200, 1_000, 5_000];

/** Removes containers for certain or says so; keeps count of removals under way. */
export interface ContainerRemoval {
  /** Kills and removes, and then what was the container's alone. Never throws. */
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
  const left = new Map<Docker.Container, Pick<SandboxGroup, "remove"> | undefined>();

  /** @returns whether it's gone */
  async function removeWithRetry(container: Docker.Container): Promise<boolean> {
    for (const pauseMs of [...RETRY_MS, undefined]) {
      try {
        const removal = container.remove({ force: true, v: true });
        await withDeadline("remove a container", ENGINE_DEADLINE_MS.change, removal);
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
    if (await removeWithRetry(container)) await group?.remove();
    else left.set(container, group);
  }

  function follow(work: Promise<void>): Promise<void> {
    const done: Promise<void> = work.finally(() => underway.delete(done));
    underway.add(done);
    return done;
  }

  return {
    remove: (container, group) => follow(removeBoth(container, group)),
    async retryLeft() {
      const again = [...left];
      left.clear();
      await Promise.all(again.map(([container, group]) => follow(removeBoth(container, group))));
    },
    expect: (work) => follow(work.catch(() => undefined)),
    async settled() {
      while (underway.size > 0) await Promise.all(underway);
    },
  };
}
