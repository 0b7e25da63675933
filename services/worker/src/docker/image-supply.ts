import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
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
  await withDeadline("bring the image", ENGINE_DEADLINE_MS.image, (abortSignal) =>
    archive === undefined ? pullImage(image, { docker, abortSignal }) : loadArchive(archive, { docker, abortSignal }),
  );
  return true;
}

interface Transfer {
  docker: Docker;
  abortSignal: AbortSignal;
}

async function pullImage(image: string, { docker, abortSignal }: Transfer): Promise<void> {
  await finished(await docker.pull(image, { abortSignal }));
}

async function loadArchive(archive: string, { docker, abortSignal }: Transfer): Promise<void> {
  const file = createReadStream(archive);
  try {
    await finished(await docker.loadImage(file, { abortSignal }));
  } finally {
    // An upload that is broken off leaves it open.
    file.destroy();
  }
}

/** Resolves when the engine has told all its progress. @throws what it told of a failure: its answer began as a success. */
async function finished(progress: NodeJS.ReadableStream): Promise<void> {
  const lines = createInterface({ input: progress });
  // What breaks after a failure was told is no news, and without a listener it would end the process.
  lines.on("error", () => undefined);
  try {
    for await (const line of lines) {
      const { error } = parseProgress(line);
      if (error) throw new Error(error);
    }
  } finally {
    lines.close();
    (progress as Readable).destroy();
  }
}

/** One line of progress (Docker Engine API, ImageCreate: `{"status": …}` or `{"error": …}`); of a line that is neither, nothing. */
function parseProgress(line: string): { error?: string } {
  try {
    const { error } = JSON.parse(line) as { error?: unknown };
    return typeof error === "string" ? { error } : {};
  } catch {
    return {};
  }
}
