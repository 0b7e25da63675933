import { readFile } from "node:fs/promises";
import { relative } from "node:path";

import type { V1PodSpec } from "@kubernetes/client-node";
import { execa } from "execa";
import { describe, expect, test } from "vitest";

import { testValues } from "../cluster/values.ts";
import { root } from "../lib/paths.ts";
import { loadCrdCheck } from "./crd-schemas.ts";
import { generatedFiles } from "./generated-files.ts";
import { findHelms } from "./helm-programs.ts";
import { findTypeErrors } from "./kubernetes-types.ts";
import { renderCases } from "./render-cases.ts";
import { chartDir, parseManifests, render } from "./render.ts";
import type { Manifest } from "./render.ts";
import { findRestrictedViolations } from "./restricted.ts";

const helms = await findHelms(process.env);
const helm = helms[0]?.program ?? "helm";
const checkCrd = await loadCrdCheck();
if (!checkCrd) process.stderr.write("KEDA's and Prometheus Operator's CRDs can't be had: not checked against them.\n");

const standIns = { mongoImage: "mongo:a", redisImage: "redis:b", dindImage: "dind:c", hostSocketGid: 0 };
const cases = [
  ...renderCases,
  { name: "the values of the cluster test", values: testValues(standIns, "workers"), scaler: "none" as const },
];

describe.each(helms)("with $name", ({ program }) => {
  test("the chart passes lint --strict", async () => {
    expect((await execa(program, ["lint", "--strict", chartDir], { reject: false })).exitCode).toBe(0);
  });

  test.each(cases)("$name: only what Kubernetes knows, and one scaler", async ({ scaler, ...options }) => {
    const manifests = await render(program, options);
    expect(manifests.flatMap(findErrors)).toEqual([]);
    const names = manifests.map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`);
    expect(names).toEqual([...new Set(names)]);
    expect(scalerOf(manifests)).toBe(scaler);
    // Where something else scales, a number of ours would undo its work at every upgrade.
    expect("replicas" in specOf(manifests, "worker")).toBe(scaler === "none");
  });

  test.each<[string, object, string | RegExp]>([
    ["none, where none may wait", { max: 0 }, "0"],
    ["as many as may wait", { min: 2, max: 2 }, "2"],
    ["as many as there is memory for", { min: 2, memoryMb: 1_024 }, "2"],
    ["not more than may wait", { min: 3, max: 2 }, /warmPool.min is more than worker.warmPool.max/],
    ["not more than none", { min: 2, max: 0 }, /warmPool.min is more than worker.warmPool.max/],
    ["not more than there is memory for", { min: 2, memoryMb: 1_023 }, /warmPool.memoryMb is less/],
  ])("sandboxes that have to wait: %s", async (_what, warmPool, expected) => {
    const rendering = render(program, { values: { worker: { warmPool } } });
    if (expected instanceof RegExp) return expect(rendering).rejects.toThrow(expected);
    const [container] = workerOf(await rendering)?.spec.containers ?? [];
    expect(container?.env).toContainEqual({ name: "WARM_POOL_MIN", value: expected });
  });

  test("unless it is set, the memory of waiting sandboxes is the worker's to know and the engine's to have", async () => {
    const worker = workerOf(await render(program, { values: { worker: { concurrency: 5, warmPool: { max: 3 } } } }));
    expect(worker?.spec.containers[0]?.env?.map(({ name }) => name)).not.toContain("WARM_POOL_MEMORY_MB");
    const engine = worker?.spec.initContainers?.find(({ name }) => name === "docker");
    expect(engine?.resources?.limits).toEqual({ memory: `${(5 + 3 + 2) * 512 + 512}Mi` });
  });
});

test.each(cases)("$name: everything but the workers fits the restricted profile", async (options) => {
  const pods = podsOf(await render(helm, options)).filter(({ name }) => name !== "lambda-lite-worker");
  expect(pods.length).toBeGreaterThanOrEqual(2);
  expect(pods.flatMap(({ name, spec }) => findRestrictedViolations(spec).map((what) => `${name}: ${what}`))).toEqual(
    [],
  );
});

test("only the workers hold a token of Kubernetes", async () => {
  const pods = podsOf(await render(helm));
  const tokens = pods.filter(({ spec }) => spec.automountServiceAccountToken !== false).map(({ name }) => name);
  expect(tokens).toEqual(["lambda-lite-worker"]);
});

test("without a cluster that has KEDA, mode keda says what to do", async () => {
  await expect(render(helm, { values: { autoscaling: { mode: "keda" } } })).rejects.toThrow("skipCrdCheck=true");
});

test("whoever names Redis elsewhere: workers and KEDA log in alike", async () => {
  const elsewhere = { host: "redis.example", username: "some one", password: "a/b c" };
  const values = { redis: { enabled: false }, externalRedis: elsewhere };
  const manifests = await render(helm, { values, apiVersions: ["keda.sh/v1alpha1"] });
  const { stringData } = manifests.find(({ kind }) => kind === "Secret") as unknown as {
    stringData: Record<string, string>;
  };
  const url = new URL(stringData["redis-url"] ?? "");
  expect([url.username, url.password].map(decodeURIComponent)).toEqual(["some one", "a/b c"]);
  const { spec } = manifests.find(({ kind }) => kind === "TriggerAuthentication") as unknown as {
    spec: { secretTargetRef: { parameter: string; key: string }[] };
  };
  const told = spec.secretTargetRef.map(({ parameter, key }) => [parameter, stringData[key]]);
  expect(Object.fromEntries(told)).toEqual({
    address: "redis.example:6379",
    username: "some one",
    password: "a/b c",
  });
});

test("KEDA counts the queue's own keys by one formula", async () => {
  const values = { redisPrefix: "p", worker: { pool: "gpu", concurrency: 7 } };
  const manifests = await render(helm, { values, apiVersions: ["keda.sh/v1alpha1"] });
  const { spec } = manifests.find(({ kind }) => kind === "ScaledObject") as unknown as { spec: ScaledObjectSpec };
  expect(Object.fromEntries(spec.triggers.map(({ name, metadata }) => [name, metadata.listName]))).toEqual({
    wait: "p:jobs-gpu:wait",
    prioritized: "p:jobs-gpu:prioritized",
    active: "p:jobs-gpu:active",
    paused: "p:jobs-gpu:pool-paused",
  });
  expect(spec.advanced.scalingModifiers).toEqual({
    formula: "paused > 0 ? active : wait + prioritized + active",
    target: "7",
    metricType: "AverageValue",
  });
});

test("an engine may use what its sandboxes may use together, and itself", async () => {
  const docker = { dind: { sizing: { memoryClassMb: 128, dying: 2, engineMb: 256 } } };
  const manifests = await render(helm, { values: { worker: { concurrency: 5, warmPool: { max: 3 }, docker } } });
  const engine = workerOf(manifests)?.spec.initContainers?.find(({ name }) => name === "docker");
  expect(engine?.resources?.limits).toEqual({ memory: `${(5 + 3 + 2) * 128 + 256}Mi` });
});

test("the memory that waiting sandboxes may be promised is the worker's to keep and the engine's to have", async () => {
  const values = { worker: { concurrency: 5, warmPool: { max: 3, memoryMb: 2_000_000 } } };
  const worker = workerOf(await render(helm, { values }));
  const [container] = worker?.spec.containers ?? [];
  expect(container?.env).toContainEqual({ name: "WARM_POOL_MEMORY_MB", value: "2000000" });
  const engine = worker?.spec.initContainers?.find(({ name }) => name === "docker");
  expect(engine?.resources?.limits).toEqual({ memory: `${(5 + 2) * 512 + 2_000_000 + 512}Mi` });
});

test("the worker's namespace has the same credentials", async () => {
  const manifests = await render(helm, { values: { worker: { namespace: "workers" } } });
  const secrets = manifests.filter(({ kind }) => kind === "Secret");
  expect(secrets.map(({ metadata }) => metadata.namespace)).toEqual(["lambda-lite", "workers"]);
  expect(secrets[0]?.["stringData"]).toEqual(secrets[1]?.["stringData"]);
});

test.each(generatedFiles.map((file) => ({ ...file, name: relative(root, file.path) })))(
  "$name is current (else: npm run chart:render)",
  async ({ path, make }) => {
    expect(await readFile(path, "utf8")).toBe(await make(helm));
  },
);

test("the plain YAML holds no Secret, and only what Kubernetes knows", async () => {
  const plain = parseManifests(await readFile(`${root}/manifests/rendered/lambda-lite.yaml`, "utf8"));
  expect(plain.flatMap(findErrors)).toEqual([]);
  expect(plain.map(({ kind }) => kind)).not.toContain("Secret");
});

interface ScaledObjectSpec {
  triggers: { name: string; metadata: { listName: string } }[];
  advanced: { scalingModifiers: object };
}

function findErrors(manifest: Manifest): string[] {
  const isCustom = /^(keda\.sh|monitoring\.coreos\.com)\//.test(manifest.apiVersion);
  const errors = isCustom ? (checkCrd?.(manifest) ?? []) : findTypeErrors(manifest);
  return errors.map((error) => `${manifest.kind} ${manifest.metadata.name}: ${error}`);
}

function scalerOf(manifests: Manifest[]): string {
  if (manifests.some(({ kind }) => kind === "ScaledObject")) return "keda";
  return manifests.some(({ kind }) => kind === "HorizontalPodAutoscaler") ? "hpa" : "none";
}

function specOf(manifests: Manifest[], component: string): object {
  const found = manifests.find(({ kind, metadata }) => kind === "Deployment" && metadata.name.endsWith(component));
  return found?.["spec"] as object;
}

function podsOf(manifests: Manifest[]): { name: string; spec: V1PodSpec }[] {
  return manifests.flatMap(({ kind, metadata: { name }, spec }) => {
    if (kind === "Pod") return [{ name, spec: spec as V1PodSpec }];
    const template = (spec as { template?: { spec: V1PodSpec } } | undefined)?.template;
    return template && kind !== "ScaledObject" ? [{ name, spec: template.spec }] : [];
  });
}

function workerOf(manifests: Manifest[]): { spec: V1PodSpec } | undefined {
  return podsOf(manifests).find(({ name }) => name === "lambda-lite-worker");
}
