import type Docker from "dockerode";

/** A registry that hasn't delivered anything by now can't be reached. */
const FIRST_ANSWER_MS = 20_000;

/** Whether the image is present, after one try to pull it. */
export async function ensureBaseImage(docker: Docker, image: string): Promise<boolean> {
  const isPresent = await docker
    .getImage(image)
    .inspect()
    .then(
      () => true,
      () => false,
    );
  return isPresent || pull(docker, image);
}

async function pull(docker: Docker, image: string): Promise<boolean> {
  const abort = new AbortController();
  const impatience = setTimeout(() => abort.abort(), FIRST_ANSWER_MS);
  try {
    const stream = await docker.pull(image, { abortSignal: abort.signal });
    return await new Promise<boolean>((resolve) => {
      docker.modem.followProgress(
        stream,
        (error: Error | null) => resolve(!error),
        () => clearTimeout(impatience),
      );
    });
  } catch {
    return false;
  } finally {
    clearTimeout(impatience);
  }
}
