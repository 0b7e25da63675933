import { waitUntil } from "../../lib/wait-until.ts";
import type { Kubectl } from "../kubectl.ts";
import { release } from "../lab.ts";
import { ensure } from "../scenario.ts";
import type { Scenario } from "../scenario.ts";

const kinds = "all,secrets,configmaps,serviceaccounts,roles,rolebindings,ingresses,poddisruptionbudgets,pvc";

export const uninstall: Scenario = {
  name: "uninstall",
  promise: "helm uninstall leaves nothing behind",
  timeoutMs: 180_000,
  async run(lab) {
    const { namespace, workerNamespace } = lab.place;
    await lab.uninstall();
    return waitUntil(
      "Nothing left",
      async () => {
        const left = (
          await Promise.all([namespace, workerNamespace].map((space) => remains(lab.kubectl, space)))
        ).flat();
        ensure(left.length === 0, left.join(", "));
        return { left: left.length };
      },
      { timeoutMs: 60_000, intervalMs: 1_000 },
    );
  },
};

async function remains(kubectl: Kubectl, space: string): Promise<string[]> {
  const label = `app.kubernetes.io/instance=${release}`;
  const scaling = (await kubectl.run("api-resources", "--api-group=keda.sh", "-o", "name")).trim().split("\n");
  const names = [kinds, ...scaling.filter((name) => name === "scaledobjects.keda.sh")].join(",");
  const found = await kubectl.run("get", names, "-n", space, "-l", label, "-o", "name", "--ignore-not-found");
  return found.split("\n").filter(Boolean);
}
