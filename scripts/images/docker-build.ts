import type Docker from "dockerode";

import { createTar, type TarEntry } from "./tar.ts";

/** @throws what the engine says about a step that fails */
export async function dockerBuild(
  docker: Docker,
  context: TarEntry[],
  options: Docker.ImageBuildOptions,
): Promise<void> {
  const stream = await docker.buildImage(createTar(context), options);
  await new Promise<void>((resolve, reject) => {
    docker.modem.followProgress(stream, (error: Error | null) => (error ? reject(error) : resolve()));
  });
}

/** A Dockerfile written here: for images that are only made on this machine. */
export function dockerfileOf(lines: string[]): TarEntry {
  const content = Buffer.from(`${lines.join("\n")}\n`);
  return { name: "Dockerfile", mode: 0o644, sizeBytes: content.length, content };
}
