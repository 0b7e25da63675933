import { styleText } from "node:util";

import type { Ports } from "../lib/environment.ts";

export interface BannerOptions {
  ports: Ports;
  web: boolean;
  apiKey?: string;
  readyAfterMs: number;
}

/** What a person needs once everything runs: where it is, and one line to try. */
export function renderBanner({ ports, web, apiKey, readyAfterMs }: BannerOptions): string {
  const api = `http://127.0.0.1:${ports.api}`;
  const authorization = apiKey ? ` -H "authorization: Bearer $API_KEY"` : "";
  const job = { code: 'function main(a, b) { console.log("adding"); return a + b; }', args: [2, 3] };
  return [
    "",
    styleText(["bold", "green"], `Lambda-Lite is ready (${(readyAfterMs / 1000).toFixed(1)} s).`),
    ...(web ? [`  Page    http://127.0.0.1:${ports.web}`] : []),
    `  API     ${api}/api/jobs`,
    `  Worker  http://127.0.0.1:${ports.workerHealth}/readyz`,
    "  Try it:",
    `    curl -s ${api}/api/jobs${authorization} -H 'content-type: application/json' -d '${JSON.stringify(job)}'`,
    "  Stop with Ctrl-C. Data stays in .lambda-lite/.",
    "",
  ].join("\n");
}
