import { cp, mkdtemp, mkdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { execa } from "execa";

import { root } from "../lib/paths.ts";
import { SetupError } from "../lib/setup-error.ts";
import { tree } from "./context-files.ts";
import type { Service } from "./image-names.ts";
import type { TarEntry } from "./tar.ts";

/** Manifests of all workspaces: npm refuses a lockfile that names one which isn't there. */
const workspaces = ["shared", "backplane", "api", "worker"].map((name) => `services/${name}`);
const manifests = [...workspaces, "sandbox/javascript", "scripts", "web"].map((folder) => `${folder}/package.json`);

/** What a service reads beside its own code, at the same place as in the repository. */
const extras: Record<Service, string[]> = {
  api: ["web/dist"],
  worker: ["sandbox/seccomp.json", "sandbox/javascript/image.json"],
};

/** The repository as a running service needs it, below `app/`: built code, and only the dependencies it runs with. */
export async function serviceFiles(service: Service): Promise<TarEntry[]> {
  const dir = await mkdtemp(join(tmpdir(), `lambda-lite-${service}-`));
  try {
    for (const file of ["package.json", "package-lock.json", ".npmrc", ...manifests]) await copy(dir, file);
    const args = ["ci", "--omit=dev", "-w", `services/${service}`, "--include-workspace-root=false", "--no-audit"];
    const result = await execa("npm", [...args, "--no-fund", "--loglevel=error"], { cwd: dir, reject: false });
    if (result.failed) throw new SetupError(`npm can't install what services/${service} needs:\n${result.stderr}`);
    for (const name of ["shared", "backplane", service]) await copy(dir, `services/${name}/dist`, isShipped);
    for (const extra of extras[service]) await copy(dir, extra);
    await Promise.all([".npmrc", "package-lock.json"].map((file) => rm(join(dir, file))));
    return (await tree("app", dir)).filter(({ name }) => isRunTime(name));
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function copy(dir: string, path: string, filter: (source: string) => boolean = () => true): Promise<void> {
  await mkdir(dirname(join(dir, path)), { recursive: true });
  await cp(join(root, path), join(dir, path), { recursive: true, filter });
}

/** Neither types nor maps: the image has no sources that they could lead to. */
function isRunTime(path: string): boolean {
  return !/\.(d\.[cm]?ts|map|tsbuildinfo)$/.test(path);
}

function isShipped(path: string): boolean {
  return isRunTime(path) && !/\.test\.|\/dist\/testing(\/|$)/.test(path);
}
