import { release } from "../lab.ts";
import type { Scenario } from "../scenario.ts";

export const helmTest: Scenario = {
  name: "helm-test",
  promise: "helm test submits a job and checks the answer",
  timeoutMs: 150_000,
  async run(lab) {
    await lab.helm("test", release, "-n", lab.place.namespace, "--timeout", "2m");
    return {};
  },
};
