import { buildSandboxImage } from "../images/sandbox-image.ts";
import type { Setup } from "../lib/setup.ts";
import { SetupError } from "../lib/setup-error.ts";
import type { DockerEngine } from "./docker-engine.ts";

/** SANDBOX_IMAGE, which has to be there; else ours, built if absent. Resolves to the image's name. */
export async function ensureSandboxImage(setup: Setup, { docker }: DockerEngine): Promise<string> {
  return setup.screen.step("Sandbox image", async (step) => {
    const named = setup.processEnv["SANDBOX_IMAGE"];
    if (named) {
      await docker
        .getImage(named)
        .inspect()
        .catch(() => {
          throw new SetupError(
            `SANDBOX_IMAGE=${named} isn't on this Docker engine. Pull or build it, or unset SANDBOX_IMAGE.`,
          );
        });
      step.note(named);
      return named;
    }
    return buildSandboxImage({
      docker,
      // Its last line says which way it took.
      log: (line) => {
        step.progress(line);
        step.note(line);
      },
    });
  });
}
