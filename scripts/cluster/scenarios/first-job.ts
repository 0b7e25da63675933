import { helloCode } from "../jobs.ts";
import { ensure } from "../scenario.ts";
import type { Scenario } from "../scenario.ts";
import { secondsSince, secondsToReady } from "../waiting.ts";

export const firstJob: Scenario = {
  name: "first-job",
  promise: "helm install with the chart's defaults on a cluster that has the images answers a job in less than 120 s",
  timeoutMs: 300_000,
  async run(lab) {
    const startedAt = performance.now();
    await lab.deploy();
    const deployed = secondsSince(startedAt);
    const api = await lab.api();
    const [job] = await api.ended([await api.submit(helloCode, ["cluster"])], 120_000);
    const total = secondsSince(startedAt);
    ensure(job?.result === "hello cluster", `the job ended as ${job?.status}: ${job?.error}`);
    ensure(total < 120, `the first result took ${total} s`);
    const pods = await lab.workerPods();
    const ready = Math.max(...pods.map((pod) => secondsToReady(pod) ?? Infinity));
    ensure(ready < 20, `the worker pod was ready after ${ready} s`);
    return { "installed s": deployed, "first result s": total, workers: pods.length, "worker ready s": ready };
  },
};
