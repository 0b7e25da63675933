import { hostname } from "node:os";
import { runService } from "@lambda-lite/backplane";
import { pino } from "pino";
import { readConfig } from "./config.ts";
import { readSandboxDefinition } from "./docker/sandbox-definition.ts";
import { startWorker } from "./worker.ts";

await runService("worker", async () => {
  const config = readConfig(process.env, hostname());
  const logger = pino({ name: "worker", level: config.LOG_LEVEL });
  const worker = await startWorker(config, { logger, definition: await readSandboxDefinition() });
  return { logger, stop: worker.stop };
});
