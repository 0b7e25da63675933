/** `npm run images`: builds the images of the chart, on official bases where a registry answers, else from scratch. */
import { join } from "node:path";

import { stateDir } from "../lib/paths.ts";
import { runToEnd } from "../lib/run-to-end.ts";
import { createSetup } from "../lib/setup.ts";
import { ensureDockerEngine } from "../servers/docker-engine.ts";
import { buildAllImages } from "./all-images.ts";

const setup = createSetup("cluster", process.env);
const end = await runToEnd(setup, async () => {
  const { docker } = await ensureDockerEngine(setup, join(stateDir, "cluster-docker"));
  const images = await buildAllImages(setup, docker);
  setup.screen.line(`\n${images.join("\n")}`);
});
process.exit(end.kind === "done" ? 0 : 1);
