import { runService } from "@lambda-lite/backplane/run-service";

await runService("worker", async () => (await import("./start.ts")).start(process.env));
