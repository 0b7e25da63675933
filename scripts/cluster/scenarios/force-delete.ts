import { sleepCode } from "../jobs.ts";
import { ensure } from "../scenario.ts";
import type { Scenario } from "../scenario.ts";
import { running, secondsSince, steady } from "../waiting.ts";

export const forceDelete: Scenario = {
  name: "force-delete",
  promise: "kubectl delete pod --force of the workers re-runs their jobs once",
  timeoutMs: 240_000,
  async run(lab) {
    const { workerNamespace } = lab.place;
    const api = await lab.api();
    await steady(lab, 1, 90_000);
    const ids = await Promise.all(Array.from({ length: 3 }, (_, index) => api.submit(sleepCode, [20_000, index])));
    await running(api, ids);
    const names = (await lab.workerPods()).map((pod) => pod.metadata.name);
    const startedAt = performance.now();
    const now = ["--force", "--grace-period=0", "--ignore-not-found"];
    await lab.kubectl.run("delete", "pod", "-n", workerNamespace, ...now, ...names);
    const jobs = await api.ended(ids, 150_000);
    ensure(
      jobs.every(({ status, attempt }) => status === "COMPLETED" && attempt === 2),
      jobs.map(({ status, attempt, error }) => `${status} in attempt ${attempt} ${error ?? ""}`).join(", "),
    );
    return { jobs: jobs.length, "done after the kill s": secondsSince(startedAt) };
  },
};
