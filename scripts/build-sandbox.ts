/** Builds the sandbox image: npm run sandbox:build [-- --force] */
import Docker from "dockerode";

import { buildSandboxImage } from "./images/sandbox-image.ts";
import { describeError } from "./lib/setup-error.ts";

try {
  // Reads DOCKER_HOST; without it, /var/run/docker.sock.
  await buildSandboxImage({ docker: new Docker(), log: console.log, force: process.argv.includes("--force") });
} catch (error) {
  console.error(describeError(error));
  process.exitCode = 1;
}
