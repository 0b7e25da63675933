import { waitUntil } from "../../lib/wait-until.ts";
import { helloCode } from "../jobs.ts";
import type { Kubectl } from "../kubectl.ts";
import { ensure, Skipped } from "../scenario.ts";
import type { Scenario } from "../scenario.ts";

interface Series {
  metric: Record<string, string>;
  value: [number, string];
}

export const prometheus: Scenario = {
  name: "prometheus",
  promise: "Prometheus scrapes the API and the workers",
  timeoutMs: 120_000,
  async run(lab) {
    const { namespace, workerNamespace } = lab.place;
    const where = await findPrometheus(lab.kubectl);
    if (!where) return new Skipped("no Prometheus in the cluster");
    // The workers that ran the earlier ones may be gone, and their counts with them.
    const api = await lab.api();
    await api.ended([await api.submit(helloCode, ["counted"])], 30_000);
    return waitUntil(
      "Prometheus",
      async () => {
        const up = await query(lab.kubectl, where, `up{namespace=~"${namespace}|${workerNamespace}"} == 1`);
        const finished = await query(lab.kubectl, where, "sum(lambdalite_jobs_finished_total)");
        const of = (space: string) => up.filter(({ metric }) => metric["namespace"] === space).length;
        const jobs = Number(finished[0]?.value[1] ?? 0);
        ensure(of(namespace) > 0 && of(workerNamespace) > 0, `up: ${JSON.stringify(up.map(({ metric }) => metric))}`);
        ensure(jobs > 0, "no finished job is counted");
        return { "API targets up": of(namespace), "worker targets up": of(workerNamespace), "jobs counted": jobs };
      },
      { timeoutMs: 90_000, intervalMs: 2_000 },
    );
  },
};

/** The Service that Prometheus Operator makes for every Prometheus, as the API server's proxy names it. */
async function findPrometheus(kubectl: Kubectl): Promise<string | undefined> {
  const args = ["get", "services", "-A", "--field-selector=metadata.name=prometheus-operated"];
  const first = "jsonpath={.items[0].metadata.namespace}";
  const found = await kubectl.run(...args, "-o", first).catch(() => "");
  return found ? `/api/v1/namespaces/${found}/services/prometheus-operated:9090/proxy` : undefined;
}

async function query(kubectl: Kubectl, where: string, expression: string): Promise<Series[]> {
  const answer = await kubectl.run("get", "--raw", `${where}/api/v1/query?query=${encodeURIComponent(expression)}`);
  return (JSON.parse(answer) as { data: { result: Series[] } }).data.result;
}
