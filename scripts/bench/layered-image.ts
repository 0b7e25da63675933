import type Docker from "dockerode";

import { createTar } from "../images/tar.ts";

/** An image that is another one with more layers. */
export interface LayeredImage {
  image: string;
  remove(): Promise<void>;
}

const REPOSITORY = "lambda-lite/bench-layers";

/** @returns the image with so many layers on top, each with a file of a few bytes: the engine makes none for nothing. */
export async function createLayeredImage(docker: Docker, image: string, layers: number): Promise<LayeredImage> {
  const names: string[] = [];
  async function remove(): Promise<void> {
    for (const name of names.toReversed()) await docker.getImage(name).remove();
  }
  try {
    for (let layer = 1; layer <= layers; layer += 1) {
      const container = await docker.createContainer({ Image: names.at(-1) ?? image });
      try {
        const content = Buffer.from(String(layer));
        const file = { name: `layer-${layer}`, mode: 0o444, sizeBytes: content.length, content };
        await container.putArchive(createTar([file]), { path: "/" });
        await container.commit({ repo: REPOSITORY, tag: String(layer) });
        names.push(`${REPOSITORY}:${layer}`);
      } finally {
        await container.remove();
      }
    }
    const { RootFS } = await docker.getImage(names.at(-1) ?? image).inspect();
    const before = (await docker.getImage(image).inspect()).RootFS.Layers?.length ?? 0;
    if ((RootFS.Layers?.length ?? 0) !== before + layers)
      throw new Error("the engine made fewer layers than it was asked for");
    return { image: names.at(-1) ?? image, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
