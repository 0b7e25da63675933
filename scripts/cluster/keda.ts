import { execa } from "execa";

import { SetupError } from "../lib/setup-error.ts";
import type { Helm } from "./helm.ts";
import type { Kubectl } from "./kubectl.ts";
import type { ClusterSettings } from "./settings.ts";

const repository = "https://kedacore.github.io/charts";
const version = "2.19.0";

export async function hasKeda(kubectl: Kubectl): Promise<boolean> {
  const found = await kubectl.run("get", "crd", "scaledobjects.keda.sh", "--ignore-not-found", "-o", "name");
  return found.trim() !== "";
}

/** Installs KEDA where its CRDs are absent, by CLUSTER_KEDA_COMMAND or from its Helm chart. Resolves to what was done. */
export async function ensureKeda(kubectl: Kubectl, helm: Helm, { kedaCommand }: ClusterSettings): Promise<string> {
  if (await hasKeda(kubectl)) return "is there";
  if (kedaCommand) {
    const result = await execa({ shell: true, reject: false, all: true })(kedaCommand);
    if (result.failed || !(await hasKeda(kubectl)))
      throw new SetupError(`${kedaCommand} brought no KEDA:\n${result.all}`);
    return `installed by ${kedaCommand}`;
  }
  const target = ["keda", "keda", "--repo", repository, "--version", version];
  await helm("upgrade", "--install", ...target, "-n", "keda", "--create-namespace", "--wait").catch((error: Error) => {
    throw new SetupError(
      `KEDA isn't in the cluster, and ${repository} can't be had: install it, or set CLUSTER_KEDA_COMMAND. ${error.message}`,
    );
  });
  return `installed ${version}`;
}
