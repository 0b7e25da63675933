import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { root, stateDir } from "../lib/paths.ts";
import { createApiAddress } from "./api-address.ts";
import { createApiClient } from "./api-client.ts";
import type { ApiClient } from "./api-client.ts";
import type { Helm } from "./helm.ts";
import type { KubeObject, Kubectl } from "./kubectl.ts";
import type { Programs } from "./programs.ts";
import type { ClusterSettings } from "./settings.ts";
import { recordTimeline } from "./timeline.ts";
import type { Timeline } from "./timeline.ts";
import { merge } from "./values.ts";
import type { Values } from "./values.ts";

export const release = "lambda-lite";

/** Where a release stands, and its values. */
export interface Place {
  namespace: string;
  /** The same one, unless privileged pods are kept apart. */
  workerNamespace: string;
  values: Values;
}

/** A release under test, and what the scenarios do with it. */
export interface Lab {
  kubectl: Kubectl;
  helm: Helm;
  settings: ClusterSettings;
  place: Place;
  /** `helm upgrade --install` with the place's values and these; resolves when it is rolled out. */
  deploy(overrides?: Values): Promise<void>;
  /** `helm uninstall`, until everything that goes with it is gone. */
  uninstall(): Promise<void>;
  api(): Promise<ApiClient>;
  /** The generated Secret's content, decoded. */
  credentials(): Promise<Record<string, string>>;
  workerDeployment(): Promise<KubeObject>;
  workerPods(): Promise<KubeObject[]>;
  /** Queue depth and replicas from now on; the runner puts it into the report. */
  watch(): Timeline;
  close(): Promise<void>;
}

export interface LabDeps {
  kubectl: Kubectl;
  helm: Helm;
  programs: Programs;
  settings: ClusterSettings;
  place: Place;
}

const workerLabels = `app.kubernetes.io/instance=${release},app.kubernetes.io/component=worker`;

export function createLab({ kubectl, helm, programs, settings, place }: LabDeps): Lab {
  const { namespace, workerNamespace } = place;
  let address = createApiAddress(kubectl, programs, namespace, `${release}-api`);
  const valuesFile = join(stateDir, "cluster-values.json");
  let client: ApiClient | undefined;
  let timeline: Timeline | undefined;

  const lab: Lab = {
    kubectl,
    helm,
    settings,
    place,
    async deploy(overrides = {}) {
      const values = merge(place.values, overrides);
      await mkdir(stateDir, { recursive: true });
      await writeFile(valuesFile, JSON.stringify(values, undefined, 2));
      const chart = settings.chart ?? join(root, "charts/lambda-lite");
      const into = ["-n", namespace, "--create-namespace", "-f", valuesFile];
      await helm("upgrade", "--install", release, chart, ...into, "--wait", "--timeout", "4m");
    },
    async uninstall() {
      await helm("uninstall", release, "-n", namespace, "--ignore-not-found", "--wait", "--timeout", "2m");
      // The next install has another address, and may have another key.
      address.close();
      address = createApiAddress(kubectl, programs, namespace, `${release}-api`);
      client = undefined;
    },
    async credentials() {
      const secrets = await kubectl.list("secrets", "-n", namespace);
      const data = secrets.find((secret) => secret.data?.["api-key"])?.data ?? {};
      return Object.fromEntries(
        Object.entries(data).map(([key, text]) => [key, Buffer.from(text, "base64").toString()]),
      );
    },
    async api() {
      client ??= createApiClient(() => address.current(), (await lab.credentials())["api-key"] ?? "");
      return client;
    },
    async workerDeployment() {
      const [deployment] = await kubectl.list("deployments", "-n", workerNamespace, "-l", workerLabels);
      if (!deployment) throw new Error(`no worker Deployment in ${workerNamespace}`);
      return deployment;
    },
    workerPods: () => kubectl.list("pods", "-n", workerNamespace, "-l", workerLabels),
    watch() {
      timeline = recordTimeline(async () => {
        const [depth, { spec, status }] = await Promise.all([(await lab.api()).depth(), lab.workerDeployment()]);
        return { depth, wished: spec?.replicas ?? 0, ready: status?.readyReplicas ?? 0 };
      });
      return timeline;
    },
    async close() {
      await timeline?.stop();
      address.close();
    },
  };
  return lab;
}
