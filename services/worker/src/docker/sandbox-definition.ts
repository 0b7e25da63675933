import { readFile } from "node:fs/promises";
import { z } from "zod";

/** The folder of the runtimes, in the repository as in the image. */
const SANDBOX_FOLDER = new URL("../../../../sandbox/", import.meta.url);

const imageSchema = z.object({
  /** Name and tag that `npm run sandbox:build` gives it. */
  image: z.string(),
  /** Node's flags: the second wall inside the first. */
  nodeFlags: z.array(z.string()),
  /** The runner's path inside the image. */
  entry: z.string(),
});

/** What belongs together: an image, how its runner is called, and the system calls that it needs. */
export interface SandboxDefinition extends z.infer<typeof imageSchema> {
  /** Docker's seccomp profile as compact JSON text: it travels with every container. */
  seccompProfile: string;
}

/** Reads sandbox/javascript/image.json and sandbox/seccomp.json. @throws Error when one is missing or not as it should be. */
export async function readSandboxDefinition(): Promise<SandboxDefinition> {
  const [image, seccomp] = await Promise.all(
    ["javascript/image.json", "seccomp.json"].map(async (path) => {
      const text = await readFile(new URL(path, SANDBOX_FOLDER), "utf8");
      return JSON.parse(text) as unknown;
    }),
  );
  return { ...imageSchema.parse(image), seccompProfile: JSON.stringify(seccomp) };
}
