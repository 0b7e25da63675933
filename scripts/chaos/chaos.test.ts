import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import type { ChaosResult } from "./chaos-run.ts";
import type { Figures } from "./report.ts";

/** Kinds that hurt and heal within seconds; their seed makes each come once. */
const KINDS = [
  "worker-kill",
  "worker-term",
  "api-kill",
  "api-term",
  "redis-kill",
  "redis-empty",
  "mongo-kill",
  "mongo-freeze",
  "partition-redis",
  "container-kill",
];
const SEED = 1;

/** A run takes 60 to 90 s; on a busy machine it may take longer, and is none the worse for it. */
const LIMIT_MS = 240_000;

test("ten overlapping faults break no promise", { timeout: LIMIT_MS }, async () => {
  const dir = await mkdtemp(join(tmpdir(), "lambda-lite-chaos-"));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const file = join(dir, "report.json");
  const { code, output } = await runHarness([
    "--short",
    "--seed",
    String(SEED),
    "--rounds",
    String(KINDS.length),
    "--only",
    KINDS.join(","),
    "--longest-ms",
    "6000",
    "--width",
    "4",
    "--every-ms",
    "500",
    "--json",
    file,
  ]);
  expect({ code, output }).toMatchObject({ code: 0 });
  const report = JSON.parse(await readFile(file, "utf8")) as Pick<ChaosResult, "violations"> & { figures: Figures };
  expect(report.violations).toEqual([]);
  // A run in which nothing was hit, or nothing ran, would prove nothing.
  expect(report.figures.kills).toBeGreaterThanOrEqual(6);
  expect(report.figures.accepted).toBeGreaterThan(30);
});

/** As people run it, on the engine of the tests and with servers of its own. */
async function runHarness(args: string[]): Promise<{ code: number | null; output: string }> {
  const { MONGO_URL: _, REDIS_URL: __, ...env } = process.env;
  const child = spawn(process.execPath, [join(import.meta.dirname, "main.ts"), ...args], {
    env: {
      ...env,
      DOCKER_HOST: env["LAMBDALITE_TEST_DOCKER_HOST"],
      SANDBOX_IMAGE: env["LAMBDALITE_TEST_SANDBOX_IMAGE"],
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => void child.kill("SIGTERM"));
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += String(chunk)));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, output };
}
