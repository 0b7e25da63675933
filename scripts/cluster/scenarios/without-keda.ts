import { hasKeda } from "../keda.ts";
import { release } from "../lab.ts";
import { ensure, Skipped } from "../scenario.ts";
import type { Scenario } from "../scenario.ts";
import { replicas } from "../waiting.ts";

/** `worker.replicas` of the chart's values. */
const fixed = 2;

export const withoutKeda: Scenario = {
  name: "without-keda",
  promise: "Without KEDA's CRDs the chart installs nevertheless, with fixed replicas and a warning",
  timeoutMs: 120_000,
  async run(lab) {
    if (await hasKeda(lab.kubectl)) return new Skipped("KEDA is in the cluster");
    await replicas(lab, fixed, 60_000);
    const notes = await lab.helm("get", "notes", release, "-n", lab.place.namespace);
    const warning = /WARNING: the cluster has no KEDA, so there are 2 workers/.test(notes);
    ensure(warning, `no warning in the notes: ${notes}`);
    return { workers: fixed, warning };
  },
};
