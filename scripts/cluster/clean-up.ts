import type { Helm } from "./helm.ts";
import type { Kubectl } from "./kubectl.ts";
import { namespace, release, workerNamespace } from "./lab.ts";

/** Whatever became of the scenarios: the release goes, and both namespaces with it. */
export async function cleanUp(kubectl: Kubectl, helm: Helm): Promise<void> {
  // A worker that drains would take as long as its grace period.
  const now = ["--force", "--grace-period=0", "--ignore-not-found"];
  await kubectl.run("delete", "pods", "--all", "-n", workerNamespace, ...now).catch(() => "");
  await helm("uninstall", release, "-n", namespace, "--ignore-not-found", "--wait", "--timeout", "2m").catch(() => "");
  await kubectl.run("delete", "namespace", namespace, workerNamespace, "--ignore-not-found", "--timeout=120s");
}
