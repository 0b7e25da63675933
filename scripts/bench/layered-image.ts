import type Docker from "dockerode";

/** An image that is another one with more layers. */
export interface LayeredImage {
  image: string;
  remove(): Promise<void>;
}

const REPOSITORY = "lambda-lite/bench-layers";

/** @returns the image with so many layers on top, each of which adds nothing. */
export async function createLayeredImage(docker: Docker, image: string, layers: number): Promise<LayeredImage> {
  const names: string[] = [];
  async function remove(): Promise<void> {
    for (const name of names.toReversed()) await docker.getImage(name).remove();
  }
  try {
    for (let layer = 1; layer <= layers; layer += 1) {
      const container = await docker.createContainer({ Image: names.at(-1) ?? image });
      try {
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
