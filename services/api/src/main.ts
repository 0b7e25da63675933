import { runService } from "@lambda-lite/backplane/run-service";

await runService("api", async () => (await import("./start.ts")).start(process.env));
