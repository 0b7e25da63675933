import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import type Docker from "dockerode";

import { root } from "../lib/paths.ts";
import { SetupError } from "../lib/setup-error.ts";
import { ensureBaseImage } from "./base-image.ts";
import { smallFile, tree } from "./context-files.ts";
import { dockerBuild } from "./docker-build.ts";
import { findNodePackage, nodeRootfs } from "./node-rootfs.ts";
import type { TarEntry } from "./tar.ts";

/** Hash of everything in this repository that the image is made of; an image that has it isn't built again. */
const INPUTS_LABEL = "org.lambdalite.inputs";
const sandboxDir = join(root, "sandbox/javascript");

/** sandbox/javascript/image.json: what the scripts, the worker and the tests agree on. */
export interface SandboxImage {
  image: string;
  base: string;
  nodeFlags: string[];
  entry: string;
}

export interface BuildSandboxOptions {
  docker: Docker;
  /** Called with one line for each step, saying which way it took. */
  log: (line: string) => void;
  /** Build although an image of the same inputs is there. */
  force?: boolean;
}

/**
 * The ladder: an image of the same inputs, the official Node image (present or pulled), nothing but Node's binary.
 * @returns the image's name
 * @throws SetupError saying what is missing
 */
export async function buildSandboxImage({ docker, log, force = false }: BuildSandboxOptions): Promise<string> {
  const { image, base } = await readSandboxImage();
  const inputs = await hashInputs();
  if (!force && (await inputsOf(docker, image)) === inputs) {
    log(`${image} is up to date`);
    return image;
  }
  const labels = { [INPUTS_LABEL]: inputs };
  if (await ensureBaseImage(docker, base)) {
    const failure = await buildOnBase(docker, image, base, labels).then(
      () => undefined,
      (error: Error) => error,
    );
    if (!failure) {
      log(`built ${image} on ${base}`);
      return image;
    }
    log(`building on ${base} failed (${failure.message.trim()})`);
  }
  await buildFromScratch(docker, image, labels);
  log(`built ${image} from scratch with Node's binary from npm`);
  return image;
}

export async function readSandboxImage(): Promise<SandboxImage> {
  return JSON.parse(await readFile(join(sandboxDir, "image.json"), "utf8")) as SandboxImage;
}

async function buildOnBase(docker: Docker, image: string, base: string, labels: Record<string, string>): Promise<void> {
  const context = [await smallFile("Dockerfile", join(sandboxDir, "Dockerfile")), ...(await runner())];
  await dockerBuild(docker, context, { t: image, dockerfile: "Dockerfile", labels, buildargs: { BASE: base } });
}

async function buildFromScratch(docker: Docker, image: string, labels: Record<string, string>): Promise<void> {
  const nodePackage = await findNodePackage();
  if (!nodePackage)
    throw new SetupError(
      `There is no Node binary for linux-${process.arch} among the npm dependencies, and node:24-alpine can't be pulled.`,
    );
  const { Arch: engineArch } = await docker.version();
  const ownArch = process.arch === "x64" ? "amd64" : process.arch;
  if (engineArch !== ownArch)
    throw new SetupError(
      `The Docker engine runs on ${engineArch}, this machine is ${ownArch}: only an official base image can be built there.`,
    );
  const dockerfile = await smallFile("Dockerfile", join(sandboxDir, "Dockerfile.scratch"));
  await dockerBuild(docker, [dockerfile, ...(await nodeRootfs(nodePackage)), ...(await runner())], {
    t: image,
    dockerfile: "Dockerfile",
    labels,
  });
}

function runner(): Promise<TarEntry[]> {
  return tree("runner", join(sandboxDir, "runner"));
}

async function inputsOf(docker: Docker, image: string): Promise<string | undefined> {
  const details = await docker
    .getImage(image)
    .inspect()
    .catch(() => undefined);
  return details?.Config.Labels?.[INPUTS_LABEL];
}

async function hashInputs(): Promise<string> {
  const hash = createHash("sha256");
  const names = ["Dockerfile", "Dockerfile.scratch", "image.json"];
  const files = await Promise.all(names.map((name) => smallFile(name, join(sandboxDir, name))));
  // What the image is made of without a base, and with which modes, is said there.
  const layout = await Promise.all(
    ["node-rootfs.ts", "program-rootfs.ts"].map((name) => smallFile(name, join(import.meta.dirname, name))),
  );
  for (const { name, content } of [...files, ...layout, ...(await runner())]) {
    hash.update(`${name}\0`);
    if (Buffer.isBuffer(content)) hash.update(content);
  }
  return hash.update((await findNodePackage())?.version ?? "").digest("hex");
}
