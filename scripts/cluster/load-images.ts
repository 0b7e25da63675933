import { execa } from "execa";

import { findProgram } from "../lib/find-program.ts";
import { SetupError } from "../lib/setup-error.ts";
import type { Setup } from "../lib/setup.ts";
import type { Kubectl } from "./kubectl.ts";
import type { ClusterSettings } from "./settings.ts";

export interface LoadOptions {
  settings: ClusterSettings;
  kubectl: Kubectl;
  /** The engine that has the images, as DOCKER_HOST has it. */
  dockerHost: string;
}

/** How images come into a cluster: CLUSTER_LOAD_COMMAND, or kind's own way where the context is one of kind's. */
export async function loadImages(setup: Setup, images: string[], options: LoadOptions): Promise<void> {
  const command = await loadCommand(options);
  for (const image of images) {
    await setup.screen.step(`Loading ${image}`, async () => {
      const [file, ...args] = command;
      const result = await execa(file, [...args, image], {
        env: { DOCKER_HOST: options.dockerHost },
        reject: false,
        all: true,
      });
      if (result.failed) throw new SetupError(`${result.command} failed:\n${result.all}`);
    });
  }
}

async function loadCommand({ settings, kubectl }: LoadOptions): Promise<[string, ...string[]]> {
  if (settings.loadCommand) {
    const [file = "", ...args] = settings.loadCommand.trim().split(/\s+/);
    return [file, ...args];
  }
  const context = (await kubectl.run("config", "current-context")).trim();
  const kind = findProgram("kind");
  if (kind && context.startsWith("kind-"))
    return [kind, "load", "docker-image", "--name", context.slice("kind-".length)];
  throw new SetupError(
    `How do images get into the cluster "${context}"? Set CLUSTER_LOAD_COMMAND to a command that takes an image's name.`,
  );
}
