import type Docker from "dockerode";

import type { Step } from "../lib/screen.ts";

/** A registry that hasn't begun to answer by now isn't there. */
const firstAnswerMs = 6_000;

/** Official images, where they can be had. A registry that didn't answer once isn't asked again. */
export interface ImageSource {
  /** Whether the image is present, after one try to pull it. */
  has(image: string, step: Step): Promise<boolean>;
}

export function createImageSource(docker: Docker): ImageSource {
  let registryAnswers = true;
  return {
    async has(image, step) {
      if (
        await docker
          .getImage(image)
          .inspect()
          .then(
            () => true,
            () => false,
          )
      )
        return true;
      if (!registryAnswers) return false;
      step.progress(`looking for the image ${image}`);
      registryAnswers = await pull(docker, image, step);
      return registryAnswers;
    },
  };
}

async function pull(docker: Docker, image: string, step: Step): Promise<boolean> {
  const abort = new AbortController();
  const impatience = setTimeout(() => abort.abort(), firstAnswerMs);
  try {
    const stream = await docker.pull(image, { abortSignal: abort.signal });
    return await new Promise<boolean>((resolve) => {
      docker.modem.followProgress(
        stream,
        (error) => resolve(!error),
        (event: { status?: string; progress?: string }) => {
          clearTimeout(impatience);
          step.progress([`pulling ${image}`, event.status, event.progress].filter(Boolean).join(" "));
        },
      );
    });
  } catch {
    return false;
  } finally {
    clearTimeout(impatience);
  }
}
