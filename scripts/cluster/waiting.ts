import { waitUntil } from "../lib/wait-until.ts";
import type { ApiClient } from "./api-client.ts";
import type { KubeObject } from "./kubectl.ts";
import type { Lab } from "./lab.ts";
import { ensure } from "./scenario.ts";

/** Until the autoscaler wishes as many workers, and as many are ready. */
export function replicas(lab: Lab, count: number, timeoutMs: number): Promise<void> {
  return waitUntil(
    `${count} workers`,
    async () => {
      const { spec, status } = await lab.workerDeployment();
      const [wished, ready] = [spec?.replicas ?? 0, status?.readyReplicas ?? 0];
      ensure(wished === count && ready === count, `${wished} wished, ${ready} ready`);
    },
    { timeoutMs, intervalMs: 1_000 },
  );
}

/** The same, and none more that still drains: it would end its jobs whatever becomes of the others. */
export async function steady(lab: Lab, count: number, timeoutMs: number): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  await replicas(lab, count, timeoutMs);
  const onlyThose = async () => {
    const pods = await lab.workerPods();
    ensure(pods.length === count, `${pods.length} pods of workers`);
  };
  await waitUntil(`${count} pods`, onlyThose, { timeoutMs: deadline - performance.now(), intervalMs: 500 });
}

export function running(api: ApiClient, ids: string[], timeoutMs = 60_000): Promise<void> {
  return waitUntil(
    "Running jobs",
    async () => {
      const jobs = await Promise.all(ids.map((id) => api.job(id)));
      const others = jobs.filter(({ status }) => status !== "RUNNING");
      ensure(others.length === 0, others.map(({ id, status }) => `${id} is ${status}`).join(", "));
    },
    { timeoutMs, intervalMs: 500 },
  );
}

/** From its creation to its Ready condition, which the kubelet gives in whole seconds. */
export function secondsToReady({ metadata, status }: KubeObject): number | undefined {
  const ready = status?.conditions?.find(({ type, status: state }) => type === "Ready" && state === "True");
  return ready && (Date.parse(ready.lastTransitionTime) - Date.parse(metadata.creationTimestamp)) / 1_000;
}

export function secondsSince(startedAt: number): number {
  return Math.round((performance.now() - startedAt) / 100) / 10;
}
