import type Docker from "dockerode";

import { SetupError } from "../lib/setup-error.ts";
import { ensureBaseImage } from "./base-image.ts";
import { dockerBuild, dockerfileOf } from "./docker-build.ts";
import { nodeBase } from "./image-names.ts";
import { findNodePackage } from "./node-rootfs.ts";
import { programRootfs } from "./program-rootfs.ts";

/** The base of our images: the official one, else one of our own, so that all images share its layer. */
export async function ensureNodeBase(docker: Docker, log: (line: string) => void): Promise<string> {
  if (await ensureBaseImage(docker, nodeBase.official)) return nodeBase.official;
  const nodePackage = await findNodePackage();
  if (!nodePackage) throw new SetupError(`Neither ${nodeBase.official} nor an npm package with Node can be had.`);
  const rootfs = await programRootfs([{ file: nodePackage.binary, path: "/usr/local/bin/node" }]);
  const dockerfile = dockerfileOf(["FROM scratch", "COPY rootfs/ /", "ENV PATH=/usr/local/bin:/usr/bin:/bin"]);
  await dockerBuild(docker, [dockerfile, ...rootfs], { t: nodeBase.fallback });
  log(`built ${nodeBase.fallback} from scratch with Node ${nodePackage.version} from npm`);
  return nodeBase.fallback;
}
