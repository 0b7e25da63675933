import { ensure } from "../scenario.ts";
import type { Scenario } from "../scenario.ts";

export const restricted: Scenario = {
  name: "restricted",
  promise: "API, Mongo and Redis run in a namespace that enforces restricted; only the workers stand elsewhere",
  timeoutMs: 60_000,
  async run(lab) {
    const { namespace } = lab.place;
    const { metadata } = await lab.kubectl.get("namespace", namespace);
    ensure(metadata.labels?.["pod-security.kubernetes.io/enforce"] === "restricted", "the namespace isn't restricted");
    const refusal = await lab.kubectl
      .run("run", "intruder", "-n", namespace, "--image=none", "--privileged", "--dry-run=server")
      .then(() => undefined, String);
    ensure(refusal?.includes("violates PodSecurity") ?? false, `a privileged pod was not refused: ${refusal}`);
    const pods = await lab.kubectl.list("pods", "-n", namespace);
    const components = new Set(pods.map((pod) => pod.metadata.labels?.["app.kubernetes.io/component"] ?? "?"));
    for (const component of ["api", "mongo", "redis"]) ensure(components.has(component), `no pod of ${component}`);
    ensure(!components.has("worker"), "a worker stands among them");
    return { pods: pods.length, components: [...components].join(" ") };
  },
};
