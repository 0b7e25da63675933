import type { DeletionCost } from "../ports/deletion-cost.ts";

/** https://kubernetes.io/docs/reference/labels-annotations-taints/#pod-deletion-cost */
const ANNOTATION = "controller.kubernetes.io/pod-deletion-cost";

/** Sets the annotation on this worker's own pod. Loads the client only here: most workers never need it. */
export async function createPodDeletionCost(pod: { name: string; namespace: string }): Promise<DeletionCost> {
  const { CoreV1Api, KubeConfig, PatchStrategy, setHeaderOptions } = await import("@kubernetes/client-node");
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromCluster();
  const api = kubeConfig.makeApiClient(CoreV1Api);
  const asMergePatch = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);

  return {
    async set(cost) {
      const body = { metadata: { annotations: { [ANNOTATION]: String(cost) } } };
      await api.patchNamespacedPod({ ...pod, body }, asMergePatch);
    },
  };
}
