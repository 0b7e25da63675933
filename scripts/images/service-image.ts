import { join } from "node:path";

import type Docker from "dockerode";

import { root } from "../lib/paths.ts";
import { smallFile } from "./context-files.ts";
import { dockerBuild } from "./docker-build.ts";
import type { Service } from "./image-names.ts";
import { serviceFiles } from "./service-files.ts";

export interface ServiceImageOptions {
  service: Service;
  image: string;
  base: string;
}

/** The same image as the service's Dockerfile makes, of what this checkout has built already. */
export async function buildServiceImage(docker: Docker, { service, image, base }: ServiceImageOptions): Promise<void> {
  const dockerfile = await smallFile("Dockerfile", join(root, `services/${service}/Dockerfile.prebuilt`));
  await dockerBuild(docker, [dockerfile, ...(await serviceFiles(service))], { t: image, buildargs: { BASE: base } });
}
