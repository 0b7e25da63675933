import type Docker from "dockerode";
import type { Logger } from "pino";
import { ENGINE_DEADLINE_MS, withDeadline } from "./engine-deadline.ts";

/** Where the sandbox image comes from when the engine doesn't have it. */
export interface ImageSupply {
  /** Path of a `docker save` archive that holds it. */
  archive: string | undefined;
  /** Whether to pull it from its registry. */
  pull: boolean;
}

/**
 * Brings the image to the engine: from the archive if there is one, else by a pull if allowed.
 * @returns whether anything was tried. @throws what the engine says when it fails.
 */
export async function supplyImage(
  image: string,
  { archive, pull }: ImageSupply,
  { docker, logger }: { docker: Docker; logger: Logger },
): Promise<boolean> {
  if (archive === undefined && !pull) return false;
  logger.info({ image, from: archive ?? "registry" }, "bringing the sandbox image to the engine");
  const stream: NodeJS.ReadableStream =
    archive === undefined ? await docker.pull(image) : await docker.loadImage(archive);
  const finished = Promise.withResolvers<void>();
  docker.modem.followProgress(stream, (error) => (error ? finished.reject(error) : finished.resolve()));
  await withDeadline("bring the image", ENGINE_DEADLINE_MS.image, finished.promise);
  return true;
}
