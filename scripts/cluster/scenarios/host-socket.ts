import { helloCode } from "../jobs.ts";
import { ensure, Skipped } from "../scenario.ts";
import type { Scenario } from "../scenario.ts";
import { secondsToReady } from "../waiting.ts";

export const hostSocket: Scenario = {
  name: "host-socket",
  promise: "Workers run jobs on a Docker engine that their node has already",
  timeoutMs: 240_000,
  async run(lab) {
    const { hostSocket: path, hostSocketGid: gid } = lab.settings;
    if (!path) return new Skipped("no node runs Docker (CLUSTER_HOST_SOCKET)");
    const before = new Set((await lab.workerPods()).map((pod) => pod.metadata.name));
    await lab.deploy({ worker: { docker: { mode: "hostSocket", hostSocket: { path, gid } } } });
    const api = await lab.api();
    const [job] = await api.ended([await api.submit(helloCode, ["node"])], 60_000);
    ensure(job?.result === "hello node", `${job?.status}: ${job?.error}`);
    const fresh = (await lab.workerPods()).filter((pod) => !before.has(pod.metadata.name));
    ensure(
      fresh.some((pod) => job.workerId?.startsWith(pod.metadata.name)),
      `${job.workerId} ran it, which is none of the new workers`,
    );
    return { "worker ready s": Math.max(...fresh.map((pod) => secondsToReady(pod) ?? Infinity)) };
  },
};
