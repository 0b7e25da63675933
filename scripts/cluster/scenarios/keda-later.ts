import { helloCode } from "../jobs.ts";
import { release } from "../lab.ts";
import { ensure } from "../scenario.ts";
import type { Scenario } from "../scenario.ts";
import { secondsSince } from "../waiting.ts";

export const kedaLater: Scenario = {
  name: "keda-later",
  promise: "helm upgrade after KEDA came hands the workers to it",
  timeoutMs: 240_000,
  async run(lab) {
    const { namespace } = lab.place;
    const startedAt = performance.now();
    await lab.deploy();
    const ready = ["wait", "scaledobject", "--all", "-n", namespace, "--for=condition=Ready", "--timeout=60s"];
    const scaled = await lab.kubectl.run(...ready);
    ensure(scaled.includes("condition met"), `no ScaledObject: ${scaled}`);
    const handed = secondsSince(startedAt);
    const notes = await lab.helm("get", "notes", release, "-n", namespace);
    ensure(!notes.includes("no KEDA"), `the notes still warn: ${notes}`);
    const api = await lab.api();
    const [job] = await api.ended([await api.submit(helloCode, ["KEDA"])], 60_000);
    ensure(job?.result === "hello KEDA", `the job ended as ${job?.status}: ${job?.error}`);
    return { "scaled by KEDA s": handed };
  },
};
