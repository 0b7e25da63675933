import { sleepCode } from "../jobs.ts";
import { ensure } from "../scenario.ts";
import type { Scenario } from "../scenario.ts";
import { running, steady } from "../waiting.ts";

export const deletePod: Scenario = {
  name: "delete-pod",
  promise: "kubectl delete pod of the workers loses no job",
  timeoutMs: 240_000,
  async run(lab) {
    const { workerNamespace } = lab.place;
    const api = await lab.api();
    await steady(lab, 1, 90_000);
    const ids = await Promise.all(Array.from({ length: 3 }, (_, index) => api.submit(sleepCode, [15_000, index])));
    await running(api, ids);
    const names = (await lab.workerPods()).map((pod) => pod.metadata.name);
    await lab.kubectl.run("delete", "pod", "-n", workerNamespace, "--wait=false", "--ignore-not-found", ...names);
    const next = await Promise.all(Array.from({ length: 3 }, (_, index) => api.submit(sleepCode, [100, index])));
    const jobs = await api.ended([...ids, ...next], 120_000);
    const lost = jobs.filter(({ status }) => status !== "COMPLETED");
    ensure(lost.length === 0, lost.map(({ id, status, error }) => `${id} ${status}: ${error}`).join(", "));
    return { jobs: jobs.length, "most attempts": Math.max(...jobs.map(({ attempt }) => attempt)) };
  },
};
