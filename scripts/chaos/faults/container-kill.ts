import { setTimeout as sleep } from "node:timers/promises";

import type { Fault, Scene } from "../fault.ts";

/** How long a container to kill is waited for, in ms. */
const PATIENCE_MS = 10_000;

/** Somebody kills a container that runs a job. */
export const containerKill: Fault = {
  kind: "container-kill",
  targets: ["sandbox"],
  share: 4,
  durationMs: [100, 3_000],
  recoveryMs: 500,
  async inject(scene) {
    const deadline = performance.now() + PATIENCE_MS;
    const choice = scene.random.next();
    while (performance.now() < deadline && !(await killOne(scene, choice))) await sleep(200);
    return async () => undefined;
  },
};

async function killOne({ stack, hit }: Scene, choice: number): Promise<boolean> {
  const { docker } = stack.engine;
  const ours = new Set(Object.values(stack.workers).map(({ id }) => id));
  const running = await docker.listContainers({ filters: { label: ["lambdalite=sandbox"] } }).catch(() => []);
  // A container takes its job's name when the job runs.
  const busy = running.filter(
    ({ Names, Labels }) => ours.has(Labels["lambdalite.worker"] ?? "") && Names[0]?.startsWith("/lambdalite-job-"),
  );
  const victim = busy[Math.floor(choice * busy.length)];
  if (!victim) return false;
  const killed = await docker
    .getContainer(victim.Id)
    .kill({ signal: "SIGKILL" })
    .then(
      () => true,
      () => false, // it has just ended by itself
    );
  if (killed) hit("container");
  return killed;
}
