import type Docker from "dockerode";

import { root } from "../lib/paths.ts";
import { runCommand } from "../lib/run-command.ts";
import type { Setup } from "../lib/setup.ts";
import { publishedNames, services } from "./image-names.ts";
import { buildMongoStandIn } from "./mongo-stand-in.ts";
import { ensureNodeBase } from "./node-base.ts";
import { buildSandboxArchive } from "./sandbox-archive.ts";
import { buildSandboxImage } from "./sandbox-image.ts";
import { buildServiceImage } from "./service-image.ts";

/** Builds every image of the chart on the engine, and Mongo's stand-in where LAMBDALITE_MONGOD names one. */
export async function buildAllImages(setup: Setup, docker: Docker): Promise<string[]> {
  const { screen } = setup;
  await screen.step("Building services and page", async (step) => {
    await runCommand(step, "npm", ["run", "build"], { cwd: root, signal: setup.stop.signal });
  });
  const base = await screen.step("Base image", (step) => ensureNodeBase(docker, step.note));
  const names = await publishedNames();
  for (const service of services) {
    await screen.step(names[service], async (step) => {
      await buildServiceImage(docker, { service, image: names[service], base });
      step.note(await sizeOf(docker, names[service]));
    });
  }
  const sandbox = await screen.step("Sandbox image", (step) => buildSandboxImage({ docker, log: step.note }));
  await screen.step(names.sandboxArchive, async (step) => {
    await buildSandboxArchive(docker, { image: names.sandboxArchive, base, sandbox });
    step.note(await sizeOf(docker, names.sandboxArchive));
  });
  const program = setup.environment.mongoProgram;
  const standIns = program
    ? [await screen.step("Mongo's stand-in (never published)", () => buildMongoStandIn(docker, program))]
    : [];
  return [...Object.values(names), ...standIns];
}

async function sizeOf(docker: Docker, image: string): Promise<string> {
  const { Size } = await docker.getImage(image).inspect();
  return `${Math.round(Size / 1e6)} MB`;
}
