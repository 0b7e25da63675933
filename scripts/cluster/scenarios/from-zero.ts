import { helloCode } from "../jobs.ts";
import { ensure } from "../scenario.ts";
import type { Scenario } from "../scenario.ts";
import { replicas, secondsSince } from "../waiting.ts";

export const fromZero: Scenario = {
  name: "from-zero",
  promise: "With a minimum of 0 the last worker goes, and a job wakes one",
  timeoutMs: 240_000,
  async run(lab) {
    await lab.deploy({ autoscaling: { minReplicas: 0 } });
    const api = await lab.api();
    await replicas(lab, 0, 90_000);
    lab.watch();
    const startedAt = performance.now();
    const [job] = await api.ended([await api.submit(helloCode, ["zero"])], 90_000);
    ensure(job?.result === "hello zero", `${job?.status}: ${job?.error}`);
    const woken = secondsSince(startedAt);
    await replicas(lab, 0, 90_000);
    return { "result s": woken, "back to 0 s": secondsSince(startedAt) };
  },
};
