import type { Setup } from "../lib/setup.ts";
import { SetupError } from "../lib/setup-error.ts";
import type { DockerEngine } from "./docker-engine.ts";

const usualImage = "lambda-lite/sandbox-javascript:0.1.0";

/** SANDBOX_IMAGE, which has to be there; else ours, built if absent. Resolves to the image's name. */
export async function ensureSandboxImage(setup: Setup, { docker }: DockerEngine): Promise<string> {
  return setup.screen.step("Sandbox image", async (step) => {
    const named = setup.processEnv["SANDBOX_IMAGE"];
    const image = named || usualImage;
    step.note(image);
    if (named) {
      await docker
        .getImage(named)
        .inspect()
        .catch(() => {
          throw new SetupError(
            `SANDBOX_IMAGE=${named} isn't on this Docker engine. Pull or build it, or unset SANDBOX_IMAGE.`,
          );
        });
      return named;
    }
    const { buildSandboxImage } = await import("../images/sandbox-image.ts");
    await buildSandboxImage({ docker, log: (line: string) => step.progress(line), force: false });
    return image;
  });
}
