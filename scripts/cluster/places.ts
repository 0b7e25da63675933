import type { Kubectl } from "./kubectl.ts";
import type { Place } from "./lab.ts";
import type { ClusterSettings } from "./settings.ts";
import { standIns, testValues } from "./values.ts";

/** The chart as it comes: everything in one namespace, no value changed but where an official image can't be had. */
export function plainPlace(settings: ClusterSettings): Place {
  const namespace = "lambda-lite-e2e-plain";
  return { namespace, workerNamespace: namespace, values: standIns(settings) };
}

/** Workers in a namespace of their own, the rest where `restricted` is enforced; an autoscaler that is quick. */
export function strictPlace(settings: ClusterSettings): Place {
  const workerNamespace = "lambda-lite-e2e-workers";
  return { namespace: "lambda-lite-e2e", workerNamespace, values: testValues(settings, workerNamespace) };
}

/** API, Mongo and Redis get along with the strictest of the pod security standards; the API server sees to it. */
export async function enforceRestricted(kubectl: Kubectl, { namespace }: Place): Promise<void> {
  const labels = { "pod-security.kubernetes.io/enforce": "restricted" };
  await kubectl.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace, labels } });
}
