import { waitUntil } from "../../lib/wait-until.ts";
import { ensure } from "../scenario.ts";
import type { Scenario } from "../scenario.ts";
import { replicas } from "../waiting.ts";
import { burst } from "./scale.ts";

export const fromZero: Scenario = {
  name: "from-zero",
  promise: "With a minimum of 0 the last worker goes, and 60 jobs raise the workers to 4 within 45 s and back to 0",
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
    return burst(lab, 0);
  },
};
