import { waitUntil } from "../../lib/wait-until.ts";
import { helloCode } from "../jobs.ts";
import { ensure } from "../scenario.ts";
import type { Scenario } from "../scenario.ts";
import { replicas, secondsSince } from "../waiting.ts";
import { burst } from "./scale.ts";

export const fromZero: Scenario = {
  name: "from-zero",
  promise:
    "With a minimum of 0 the last worker goes; a delayed job wakes one; 60 jobs raise them to 4 within 45 s, and back to 0",
  timeoutMs: 360_000,
  async run(lab) {
    await lab.deploy({ autoscaling: { minReplicas: 0 } });
    await replicas(lab, 0, 90_000);
    // One that still drains must not be taken for one that was woken.
    const noneLeft = async () => {
      const pods = await lab.workerPods();
      ensure(pods.length === 0, `${pods.length} pods of workers`);
    };
    await waitUntil("No worker", noneLeft, { timeoutMs: 60_000, intervalMs: 500 });
    const startedAt = performance.now();
    const api = await lab.api();
    const delayMs = 8_000;
    const id = await api.submit(helloCode, ["later"], { delayMs });
    const [job] = await api.ended([id], 90_000);
    ensure(job?.result === "hello later", `the delayed job ended as ${job?.status}: ${job?.error}`);
    const woken = secondsSince(startedAt);
    ensure(woken >= delayMs / 1_000, `a job delayed for ${delayMs} ms was answered after ${woken} s`);
    await replicas(lab, 0, 90_000);
    await waitUntil("No worker", noneLeft, { timeoutMs: 60_000, intervalMs: 500 });
    return { "job delayed for 8 s answered s": woken, ...(await burst(lab, 0)) };
  },
};
