import { SetupError } from "../lib/setup-error.ts";
import type { Helm } from "./helm.ts";
import type { Kubectl } from "./kubectl.ts";

const repository = "https://kedacore.github.io/charts";
const version = "2.19.0";

/** Installs KEDA where its CRDs are absent. Resolves to what was done. */
export async function ensureKeda(kubectl: Kubectl, helm: Helm): Promise<string> {
  const present = await kubectl.run("get", "crd", "scaledobjects.keda.sh", "--ignore-not-found", "-o", "name");
  if (present.trim()) return "is there";
  const target = ["keda", "keda", "--repo", repository, "--version", version];
  await helm("upgrade", "--install", ...target, "-n", "keda", "--create-namespace", "--wait").catch((error: Error) => {
    throw new SetupError(`KEDA isn't in the cluster, and ${repository} can't be had: install it. ${error.message}`);
  });
  return `installed ${version}`;
}
