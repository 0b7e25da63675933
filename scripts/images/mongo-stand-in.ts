import type Docker from "dockerode";

import { dockerBuild, dockerfileOf } from "./docker-build.ts";
import { mongoStandIn } from "./image-names.ts";
import { programRootfs } from "./program-rootfs.ts";

const path = "/usr/local/bin/mongo-standin";
const options = ["--host", "0.0.0.0", "--port", "27017", "--sync-on-commit", "--cache-size", "256M"];

/** `program` speaks Mongo's protocol (LAMBDALITE_MONGOD). For development and tests; the image is never pushed. */
export async function buildMongoStandIn(docker: Docker, program: string): Promise<string> {
  const dockerfile = dockerfileOf([
    "FROM scratch",
    "COPY rootfs/ /",
    "USER 999:999",
    "WORKDIR /tmp",
    `ENTRYPOINT ${JSON.stringify([path])}`,
    `CMD ${JSON.stringify([...options, "--storage-path", "/data/db"])}`,
  ]);
  const rootfs = await programRootfs([{ file: program, path }]);
  await dockerBuild(docker, [dockerfile, ...rootfs], { t: mongoStandIn });
  return mongoStandIn;
}
