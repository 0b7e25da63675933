import { helloCode } from "../jobs.ts";
import { ensure } from "../scenario.ts";
import type { Scenario } from "../scenario.ts";
import { secondsSince, steady } from "../waiting.ts";
import { burst } from "./scale.ts";

export const fromZero: Scenario = {
  name: "from-zero",
  promise:
    "With a minimum of 0 the last worker goes; a delayed job wakes one; 60 jobs raise them to 4 within 45 s, and back to 0",
  timeoutMs: 360_000,
  async run(lab) {
    await lab.deploy({ autoscaling: { minReplicas: 0 } });
    // One that still drains must not be taken for one that was woken.
    await steady(lab, 0, 120_000);
    const startedAt = performance.now();
    const api = await lab.api();
    const delayMs = 8_000;
    const id = await api.submit(helloCode, ["later"], { delayMs });
    const [job] = await api.ended([id], 90_000);
    ensure(job?.result === "hello later", `the delayed job ended as ${job?.status}: ${job?.error}`);
    const woken = secondsSince(startedAt);
    ensure(woken >= delayMs / 1_000, `a job delayed for ${delayMs} ms was answered after ${woken} s`);
    await steady(lab, 0, 120_000);
    return { "job delayed for 8 s answered s": woken, ...(await burst(lab, 0)) };
  },
};
