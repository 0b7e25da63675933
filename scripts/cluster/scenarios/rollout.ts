import { sleepCode } from "../jobs.ts";
import { ensure } from "../scenario.ts";
import type { Scenario } from "../scenario.ts";
import { running, secondsToReady } from "../waiting.ts";

export const rollout: Scenario = {
  name: "rollout",
  promise: "A job of 60 s survives kubectl rollout restart of the workers",
  timeoutMs: 180_000,
  async run(lab) {
    const { workerNamespace } = lab.place;
    const api = await lab.api();
    const id = await api.submit(sleepCode, [60_000, "survived"]);
    await running(api, [id]);
    const { metadata } = await lab.workerDeployment();
    const before = new Set((await lab.workerPods()).map((pod) => pod.metadata.name));
    await lab.kubectl.run("rollout", "restart", `deployment/${metadata.name}`, "-n", workerNamespace);
    await lab.kubectl.run("rollout", "status", `deployment/${metadata.name}`, "-n", workerNamespace, "--timeout=90s");
    const fresh = (await lab.workerPods()).filter((pod) => !before.has(pod.metadata.name));
    const [job] = await api.ended([id], 120_000);
    ensure(job?.result === "survived" && job.attempt === 1, `${job?.status} in attempt ${job?.attempt}: ${job?.error}`);
    const ready = Math.max(...fresh.map((pod) => secondsToReady(pod) ?? Infinity));
    return { attempt: job.attempt, "new worker ready s": ready };
  },
};
