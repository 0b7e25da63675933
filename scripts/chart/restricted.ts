import type { V1Container, V1PodSpec } from "@kubernetes/client-node";

/** Volumes that the profile allows and the chart uses. */
const allowedVolumes = ["configMap", "emptyDir", "persistentVolumeClaim", "projected", "secret"];

/** Rules of a pod: what it says of one that breaks it, and whether this one does. */
const podRules: readonly [string, (pod: V1PodSpec) => boolean | undefined][] = [
  ["shares a namespace of the host", ({ hostNetwork, hostPID, hostIPC }) => hostNetwork || hostPID || hostIPC],
  ["may run as root", ({ securityContext }) => securityContext?.runAsNonRoot !== true],
  ["runs as root", ({ securityContext }) => securityContext?.runAsUser === 0],
  ["has no seccomp profile", ({ securityContext }) => securityContext?.seccompProfile?.type !== "RuntimeDefault"],
];

const containerRules: readonly [string, (container: V1Container) => boolean | undefined][] = [
  ["is privileged", ({ securityContext }) => securityContext?.privileged],
  ["may gain privileges", ({ securityContext }) => securityContext?.allowPrivilegeEscalation !== false],
  ["keeps capabilities", ({ securityContext }) => !securityContext?.capabilities?.drop?.includes("ALL")],
  ["adds capabilities", ({ securityContext }) => securityContext?.capabilities?.add !== undefined],
  ["runs as root", ({ securityContext }) => securityContext?.runAsUser === 0],
  ["may run as root", ({ securityContext }) => securityContext?.runAsNonRoot === false],
  ["can write to its root", ({ securityContext }) => securityContext?.readOnlyRootFilesystem !== true],
  ["has a port of the host", ({ ports }) => ports?.some(({ hostPort }) => hostPort !== undefined)],
];

/**
 * What keeps a pod out of a namespace that enforces `restricted` (Kubernetes, Pod Security Standards), and one thing
 * more that we promise: a read-only root. One line each.
 */
export function findRestrictedViolations(pod: V1PodSpec): string[] {
  const containers = [...(pod.initContainers ?? []), ...pod.containers];
  const volumes = (pod.volumes ?? []).filter((volume) =>
    Object.keys(volume).some((key) => key !== "name" && !allowedVolumes.includes(key)),
  );
  return [
    ...broken(podRules, pod),
    ...volumes.map(({ name }) => `has volume ${name}`),
    ...containers.flatMap((container) => broken(containerRules, container).map((what) => `${container.name} ${what}`)),
  ];
}

function broken<T>(rules: readonly [string, (subject: T) => boolean | undefined][], subject: T): string[] {
  return rules.filter(([, breaks]) => breaks(subject)).map(([what]) => what);
}
