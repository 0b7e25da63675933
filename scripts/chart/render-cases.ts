import { join } from "node:path";

import { root } from "../lib/paths.ts";
import type { RenderOptions } from "./render.ts";

export interface RenderCase extends RenderOptions {
  name: string;
  /** What scales the workers then. */
  scaler: "keda" | "hpa" | "none";
}

const keda = ["keda.sh/v1alpha1"];

/** Every way to install the chart that renders other objects, or the same ones otherwise. */
export const renderCases: readonly RenderCase[] = [
  { name: "the defaults, without KEDA", scaler: "none" },
  { name: "the defaults, with KEDA", apiVersions: keda, scaler: "keda" },
  {
    name: "everything that a cluster can have",
    apiVersions: [...keda, "monitoring.coreos.com/v1"],
    values: { monitoring: { additionalLabels: { release: "prometheus" } } },
    scaler: "keda",
  },
  {
    name: "KEDA, rendered offline",
    values: { autoscaling: { mode: "keda", minReplicas: 0, keda: { skipCrdCheck: true } } },
    scaler: "keda",
  },
  { name: "an HPA", values: { autoscaling: { mode: "hpa", minReplicas: 0 } }, scaler: "hpa" },
  { name: "fixed replicas", apiVersions: keda, values: { autoscaling: { mode: "none" } }, scaler: "none" },
  { name: "the node's own engine", values: { worker: { docker: { mode: "hostSocket" } } }, scaler: "none" },
  {
    name: "workers in a namespace apart",
    apiVersions: keda,
    values: { worker: { namespace: "workers", createNamespace: true, pool: "gpu" } },
    scaler: "keda",
  },
  {
    name: "Mongo and Redis elsewhere, by Secret",
    apiVersions: keda,
    values: {
      mongo: { enabled: false },
      redis: { enabled: false },
      externalMongo: { existingSecret: "mongo" },
      externalRedis: { existingSecret: "redis", usernameKey: "user", tls: true, database: 2 },
    },
    scaler: "keda",
  },
  {
    name: "Mongo and Redis elsewhere, by value",
    apiVersions: keda,
    values: {
      mongo: { enabled: false },
      redis: { enabled: false },
      externalMongo: { url: "mongodb://mongo.example/db" },
      externalRedis: { host: "redis.example", password: "a/b c" },
    },
    scaler: "keda",
  },
  {
    name: "credentials of one's own, nothing persistent, no passwords asked",
    values: {
      credentials: { existingSecret: "mine" },
      mongo: { auth: { enabled: false }, persistence: { enabled: false }, command: ["mongod"] },
      redis: { auth: { enabled: false }, persistence: { enabled: false } },
    },
    scaler: "none",
  },
  {
    name: "an Ingress, and everything about scheduling",
    values: {
      ingress: {
        enabled: true,
        className: "nginx",
        hosts: ["a.example", "b.example"],
        tls: [{ secretName: "tls", hosts: ["a.example"] }],
      },
      imagePullSecrets: [{ name: "registry" }],
      commonLabels: { team: "a" },
      commonAnnotations: { note: "b" },
      worker: scheduling(),
      api: { ...scheduling(), allowedOrigins: ["https://a.example"] },
      mongo: scheduling(),
    },
    scaler: "none",
  },
  { name: "an Ingress for any host", values: { ingress: { enabled: true } }, scaler: "none" },
  {
    name: "the sandbox image by pull, monitoring by force",
    values: {
      worker: { sandbox: { image: "a/b:1", pull: true, archive: { enabled: false } } },
      monitoring: { mode: "on" },
    },
    scaler: "none",
  },
  { name: "the values for development", valueFiles: [join(root, "manifests/dev-values.yaml")], scaler: "none" },
];

function scheduling() {
  return {
    priorityClassName: "high",
    nodeSelector: { disk: "ssd" },
    tolerations: [{ key: "jobs", operator: "Exists", effect: "NoSchedule" }],
    affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [] } },
    extraEnv: [{ name: "A", value: "b" }],
    podLabels: { a: "b" },
    podAnnotations: { c: "d" },
  };
}
