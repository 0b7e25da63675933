import { waitUntil } from "../../lib/wait-until.ts";
import { sleepCode } from "../jobs.ts";
import type { Lab } from "../lab.ts";
import { ensure } from "../scenario.ts";
import type { Scenario } from "../scenario.ts";
import { replicas, secondsSince, steady } from "../waiting.ts";

/** https://kubernetes.io/docs/reference/labels-annotations-taints/#pod-deletion-cost */
const annotation = "controller.kubernetes.io/pod-deletion-cost";

export const busySpared: Scenario = {
  name: "busy-spared",
  promise: "A scale-in takes idle workers first: the busy one stays, for it costs more to delete",
  timeoutMs: 300_000,
  async run(lab) {
    const api = await lab.api();
    await steady(lab, 1, 90_000);
    const startedAt = performance.now();
    // Enough for four workers, and one job that outlasts the scale-in.
    const long = await api.submit(sleepCode, [100_000, "spared"]);
    const short = await Promise.all(Array.from({ length: 23 }, (_, index) => api.submit(sleepCode, [12_000, index])));
    await replicas(lab, 4, 60_000);
    const { workerId: busyPod = "none" } = await api.job(long);
    await api.ended(short, 120_000);
    const cost = await waitUntil("Deletion cost", () => highestCost(lab, busyPod), { timeoutMs: 30_000 });
    await replicas(lab, 1, 90_000);
    const scaledIn = secondsSince(startedAt);
    const alive = (await lab.workerPods()).filter(({ metadata }) => !metadata.deletionTimestamp);
    const names = alive.map(({ metadata }) => metadata.name);
    ensure(
      names.length === 1 && busyPod.startsWith(names[0] ?? "?"),
      `${busyPod} was busy, ${names.join(", ")} stayed`,
    );
    const [job] = await api.ended([long], 120_000);
    ensure(job?.result === "spared" && job.attempt === 1, `${job?.status} in attempt ${job?.attempt}: ${job?.error}`);
    return { "cost of the busy one": cost, "scaled in s": scaledIn, "job's attempt": job.attempt };
  },
};

/** The busy pod's cost, once it's above the others'. */
async function highestCost(lab: Lab, busyPod: string): Promise<number> {
  const pods = await lab.workerPods();
  const costs = pods.map(({ metadata }) => ({
    busy: busyPod.startsWith(metadata.name),
    cost: Number(metadata.annotations?.[annotation] ?? 0),
  }));
  const busy = costs.find((pod) => pod.busy)?.cost ?? 0;
  const others = costs.filter((pod) => !pod.busy).map(({ cost }) => cost);
  ensure(busy > Math.max(0, ...others), `the busy one costs ${busy}, the others ${others.join(", ")}`);
  return busy;
}
