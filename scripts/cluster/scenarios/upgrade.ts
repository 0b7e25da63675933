import { setTimeout as sleep } from "node:timers/promises";

import type { ApiClient } from "../api-client.ts";
import { helloCode } from "../jobs.ts";
import { release } from "../lab.ts";
import { nextTag } from "../next-tag.ts";
import { ensure } from "../scenario.ts";
import type { Scenario } from "../scenario.ts";

export const upgrade: Scenario = {
  name: "upgrade",
  promise: "helm upgrade and rollback under 2 jobs/s: no failed submission, no lost job, the passwords stay",
  timeoutMs: 300_000,
  async run(lab) {
    const api = await lab.api();
    const before = await lab.credentials();
    const traffic = submitSteadily(api);
    await sleep(3_000);
    await lab.deploy({ api: { image: { tag: await nextTag() } }, logLevel: "debug" });
    const after = await lab.credentials();
    await lab.helm("rollback", release, "-n", lab.place.namespace, "--wait", "--timeout", "3m");
    await sleep(3_000);
    const { ids, failures } = await traffic.stop();
    const jobs = await api.ended(ids, 90_000);
    const lost = jobs.filter(({ status }) => status !== "COMPLETED");
    ensure(failures.length === 0, `${failures.length} submissions failed, the first: ${failures[0]}`);
    ensure(lost.length === 0, lost.map(({ id, status, error }) => `${id} ${status}: ${error}`).join(", "));
    ensure(JSON.stringify(before) === JSON.stringify(after), "the generated credentials changed");
    return { submitted: ids.length, failed: failures.length, lost: lost.length, "credentials kept": true };
  },
};

/** Two jobs a second until stopped, none of them tried twice. */
function submitSteadily(api: ApiClient): { stop(): Promise<{ ids: string[]; failures: string[] }> } {
  const ids: string[] = [];
  const failures: string[] = [];
  const pending = new Set<Promise<void>>();
  const timer = setInterval(() => {
    const one = api.submit(helloCode, ["upgrade"]).then(
      (id) => void ids.push(id),
      (error: Error) => void failures.push(causeOf(error)),
    );
    pending.add(one);
    void one.then(() => pending.delete(one));
  }, 500);
  return {
    async stop() {
      clearInterval(timer);
      await Promise.all(pending);
      return { ids, failures };
    },
  };
}

/** fetch says only that it failed; why is in the cause. */
function causeOf({ message, cause }: Error): string {
  return cause instanceof Error ? `${message}: ${cause.message}` : message;
}
