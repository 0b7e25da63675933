import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";
import { parse } from "yaml";

import { findHelms } from "./helm-programs.ts";
import { chartDir, render } from "./render.ts";

const helm = (await findHelms(process.env))[0]?.program ?? "helm";

test.each<[string, object, string]>([
  ["a value that isn't there", { replica: 1 }, "replica"],
  ["a typo in a section", { worker: { concurency: 5 } }, "concurency"],
  ["a typo three levels down", { worker: { docker: { dind: { sizing: { memoryMb: 1 } } } } }, "memoryMb"],
  ["an unknown mode of the autoscaler", { autoscaling: { mode: "on" } }, "mode"],
  ["an unknown mode of the engine", { worker: { docker: { mode: "podman" } } }, "mode"],
  ["an API key that can be guessed", { credentials: { apiKey: "short" } }, "apiKey"],
  ["a password that would need escaping in a URL", { credentials: { redisPassword: "a@b" } }, "redisPassword"],
  ["a worker that takes no job", { worker: { concurrency: 0 } }, "concurrency"],
  ["a grace period that no timer lasts", { worker: { terminationGracePeriodSeconds: 3_000_000 } }, "PeriodSeconds"],
  ["a rate per longer than a timer lasts", { worker: { rateLimit: { durationMs: 2 ** 31 } } }, "durationMs"],
  ["text where a number belongs", { api: { replicas: "2" } }, "replicas"],
  ["a probe of no kind", { mongo: { probes: { readiness: { tcpsocket: { port: 1 } } } } }, "tcpsocket"],
  ["an environment as a map", { api: { extraEnv: { A: "b" } } }, "extraEnv"],
])("refuses %s", async (_name, values, names) => {
  await expect(render(helm, { values: { ...values } })).rejects.toThrow(names);
});

test("describes exactly the values that there are", async () => {
  const [values, schema] = await Promise.all(
    ["values.yaml", "values.schema.json"].map(
      async (name) => parse(await readFile(join(chartDir, name), "utf8")) as object,
    ),
  );
  expect(missing(values as Json, schema as Schema, schema as Schema, "")).toEqual([]);
});

type Json = Record<string, unknown>;
interface Schema {
  properties?: Record<string, Schema & { $ref?: string }>;
  additionalProperties?: unknown;
  definitions?: Record<string, Schema>;
}

/** Sections that are closed in the chart's sense: what values.yaml has they know, what they know it has. */
function missing(values: Json, schema: Schema, whole: Schema, path: string): string[] {
  const known = Object.keys(schema.properties ?? {}).filter((key) => key !== "global");
  const unset = schema.properties && path !== "" && isShared(path) ? [] : known.filter((key) => !(key in values));
  return [
    ...unset.map((key) => `${path}${key} isn't in values.yaml`),
    ...Object.entries(values).flatMap(([key, value]) => {
      const found = schema.properties?.[key];
      const inner = found?.$ref ? whole.definitions?.[found.$ref.replace("#/definitions/", "")] : found;
      if (!inner) return schema.additionalProperties === false ? [`${path}${key} isn't in the schema`] : [];
      return isSection(value) && inner.properties ? missing(value, inner, whole, `${path}${key}.`) : [];
    }),
  ];
}

/** Kubernetes' own structures: values.yaml sets what it needs of them. */
function isShared(path: string): boolean {
  return /(resources|probes?|startup|readiness|liveness|[a-zA-Z]*Probe|scaleUp|scaleDown)\.$/.test(path);
}

function isSection(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
