import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { root } from "../lib/paths.ts";

export const registry = "ghcr.io/lambda-lite";

/** Official Node that the services run on; without a registry, `fallback` is made of Node's binary from npm. */
export const nodeBase = { official: "node:24-bookworm-slim", fallback: "lambda-lite/node:24" };

/** MongoDB's place in development and tests where mongo:7 can't be had. Never published (it is GPL-2.0, and a beta). */
export const mongoStandIn = "lambda-lite/mongo-standin:dev";

export const services = ["api", "worker"] as const;
export type Service = (typeof services)[number];

/** The names in the chart's values, with the version of the repository as the tag. */
export async function publishedNames(): Promise<Record<Service | "sandboxArchive", string>> {
  const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { version: string };
  return {
    api: `${registry}/api:${version}`,
    worker: `${registry}/worker:${version}`,
    sandboxArchive: `${registry}/sandbox-archive:${version}`,
  };
}
