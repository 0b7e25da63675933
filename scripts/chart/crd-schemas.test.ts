import { expect, test } from "vitest";

import { loadCrdCheck } from "./crd-schemas.ts";

const check = await loadCrdCheck();

const scaledObject = (spec: object) => ({
  apiVersion: "keda.sh/v1alpha1",
  kind: "ScaledObject",
  metadata: { name: "a" },
  spec: { scaleTargetRef: { name: "a" }, triggers: [{ type: "redis", metadata: { listName: "a" } }], ...spec },
});

test.skipIf(!check)("what a CRD describes passes", () => {
  expect(check?.(scaledObject({ pollingInterval: 5, advanced: { scalingModifiers: { formula: "a" } } }))).toEqual([]);
});

test.skipIf(!check).each<[object, string]>([
  [{ poolingInterval: 5 }, "poolingInterval"],
  [{ pollingInterval: "5" }, "/spec/pollingInterval"],
  [{ advanced: { scalingModifiers: { formular: "a" } } }, "formular"],
  [{ triggers: [{ type: "redis" }] }, "/spec/triggers/0"],
])("finds %j", (spec, names) => {
  expect(check?.(scaledObject(spec)).join("\n")).toContain(names);
});
