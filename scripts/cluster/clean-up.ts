import type { Lab } from "./lab.ts";

/** Whatever became of the scenarios: the release goes, and its namespaces with it. */
export async function cleanUp(lab: Lab): Promise<void> {
  const { namespace, workerNamespace } = lab.place;
  // A worker that drains would take as long as its grace period.
  const now = ["--force", "--grace-period=0", "--ignore-not-found"];
  await lab.kubectl.run("delete", "pods", "--all", "-n", workerNamespace, ...now).catch(() => "");
  await lab.uninstall().catch(() => undefined);
  const namespaces = new Set([namespace, workerNamespace]);
  await lab.kubectl.run("delete", "namespace", ...namespaces, "--ignore-not-found", "--timeout=120s");
}
