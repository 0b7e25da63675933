import type Docker from "dockerode";
import type { Logger } from "pino";
import type { ContainerOwner } from "./container-labels.ts";
import { LABEL } from "./container-labels.ts";
import type { ContainerRemoval } from "./container-removal.ts";

/**
 * Removes what earlier lives of this worker left on this engine. Containers of other workers, of other
 * engines and of this life are not touched.
 * @returns how many were removed.
 */
export async function reapEarlierLives(
  owner: ContainerOwner,
  deps: { docker: Docker; removal: ContainerRemoval; logger: Logger },
): Promise<number> {
  const found = await deps.docker.listContainers({
    all: true,
    filters: {
      label: [`${LABEL.SANDBOX}=sandbox`, `${LABEL.WORKER}=${owner.workerId}`, `${LABEL.ENGINE}=${owner.engineId}`],
    },
  });
  const orphans = found.filter(({ Labels }) => Number(Labels[LABEL.EPOCH]) < owner.epoch);
  await Promise.all(orphans.map(({ Id }) => deps.removal.remove(deps.docker.getContainer(Id))));
  if (orphans.length > 0) deps.logger.warn({ count: orphans.length }, "removed an earlier life's containers");
  return orphans.length;
}
