import { expect, test } from "vitest";

import { findRestrictedViolations } from "./restricted.ts";

const security = { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } };
const pod = {
  securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
  containers: [{ name: "a", securityContext: security }],
};
const container = (securityContext: object) => ({ containers: [{ name: "a", securityContext }] });

test("a pod that fits has no violations", () => {
  expect(findRestrictedViolations(pod)).toEqual([]);
});

test.each<[object, string]>([
  [{ hostNetwork: true }, "shares a namespace of the host"],
  [{ securityContext: { seccompProfile: { type: "RuntimeDefault" } } }, "may run as root"],
  [{ securityContext: { runAsNonRoot: true } }, "has no seccomp profile"],
  [{ volumes: [{ name: "v", hostPath: { path: "/" } }] }, "has volume v"],
  [container({ ...security, privileged: true }), "a is privileged"],
  [container({ ...security, allowPrivilegeEscalation: true }), "a may gain privileges"],
  [container({ ...security, capabilities: {} }), "a keeps capabilities"],
  [container({ ...security, runAsUser: 0 }), "a runs as root"],
  [container({ ...security, readOnlyRootFilesystem: false }), "a can write to its root"],
  [{ initContainers: [{ name: "b", securityContext: { ...security, privileged: true } }] }, "b is privileged"],
])("finds %j", (part, violation) => {
  expect(findRestrictedViolations({ ...pod, ...part })).toEqual([violation]);
});
