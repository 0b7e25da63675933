import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";

import type Docker from "dockerode";

import { folder, largeFile, smallFile } from "./context-files.ts";
import { dockerBuild } from "./docker-build.ts";

export interface SandboxArchiveOptions {
  image: string;
  base: string;
  /** The sandbox image that goes into it. */
  sandbox: string;
}

/** An image that carries another one as an archive: it reaches engines that know no registry. */
export async function buildSandboxArchive(docker: Docker, options: SandboxArchiveOptions): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), "lambda-lite-archive-"));
  try {
    const archive = join(dir, "sandbox.tar");
    await pipeline(await docker.getImage(options.sandbox).get(), createWriteStream(archive));
    const { Architecture } = await docker.getImage(options.sandbox).inspect();
    const own = join(import.meta.dirname, "archive");
    const context = [
      await smallFile("Dockerfile", join(own, "Dockerfile")),
      await smallFile("copy-archive.js", join(own, "copy-archive.js")),
      folder(Architecture),
      await largeFile(`${Architecture}/sandbox.tar`, archive, 0o644),
    ];
    await dockerBuild(docker, context, {
      t: options.image,
      buildargs: { BASE: options.base, TARGETARCH: Architecture },
    });
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
