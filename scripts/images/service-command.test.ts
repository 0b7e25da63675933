import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";

import { root } from "../lib/paths.ts";

const read = (...path: string[]) => readFile(join(root, ...path), "utf8");

test.each([
  ["api", "Dockerfile"],
  ["api", "Dockerfile.prebuilt"],
  ["worker", "Dockerfile"],
  ["worker", "Dockerfile.prebuilt"],
])("the image of the %s by its %s runs it as its start script does", async (name, file) => {
  const { scripts } = JSON.parse(await read("services", name, "package.json")) as { scripts: { start: string } };
  const [, command = "[]"] = /^CMD (.*)$/m.exec(await read("services", name, file)) ?? [];
  expect(`exec ${(JSON.parse(command) as string[]).join(" ")}`).toBe(scripts.start);
});
