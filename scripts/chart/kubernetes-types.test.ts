import { expect, test } from "vitest";

import { findTypeErrors } from "./kubernetes-types.ts";

const deployment = (spec: object) => ({ apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "a" }, spec });
const container = (fields: object) => deployment({ template: { spec: { containers: [{ name: "a", ...fields }] } } });

test("what Kubernetes knows passes", () => {
  const probe = { httpGet: { path: "/", port: "http" }, periodSeconds: 2 };
  expect(findTypeErrors(container({ readinessProbe: probe, resources: { limits: { memory: "1Gi" } } }))).toEqual([]);
});

test.each<[object, string]>([
  [deployment({ replica: 2 }), "spec.replica: unknown"],
  [deployment({ replicas: "2" }), 'spec.replicas: "2" is no number'],
  [deployment({ selector: [] }), "spec.selector: not an object"],
  [container({ imagePullPolice: "Always" }), "spec.template.spec.containers[0].imagePullPolice: unknown"],
  [container({ env: { A: "b" } }), "spec.template.spec.containers[0].env: not a list"],
  [container({ env: [{ name: "A", value: 1 }] }), "spec.template.spec.containers[0].env[0].value: 1 is no string"],
  [container({ resources: { limits: ["1Gi"] } }), "spec.template.spec.containers[0].resources.limits: not a map"],
  [{ ...deployment({}), kind: "Deploiment" }, "Deploiment: no type V1Deploiment"],
])("finds %j", (manifest, error) => {
  expect(findTypeErrors(manifest as Parameters<typeof findTypeErrors>[0])).toEqual([error]);
});
