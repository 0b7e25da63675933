import { helloCode } from "../jobs.ts";
import { ensure } from "../scenario.ts";
import type { Scenario } from "../scenario.ts";
import { secondsSince } from "../waiting.ts";

export const reinstall: Scenario = {
  name: "reinstall",
  promise: "helm uninstall keeps volumes and passwords, and an install of the same name finds its data again",
  timeoutMs: 360_000,
  async run(lab) {
    await lab.deploy();
    const api = await lab.api();
    const id = await api.submit(helloCode, ["again"]);
    await api.ended([id], 60_000);
    const before = await lab.credentials();
    await lab.uninstall();
    const startedAt = performance.now();
    await lab.deploy();
    const after = await lab.credentials();
    ensure(JSON.stringify(before) === JSON.stringify(after), "the generated credentials changed");
    const fresh = await lab.api();
    const found = await fresh.job(id);
    ensure(found.result === "hello again", `the old job is ${found.status}: ${JSON.stringify(found.result)}`);
    const [job] = await fresh.ended([await fresh.submit(helloCode, ["anew"])], 60_000);
    ensure(job?.result === "hello anew", `the new job ended as ${job?.status}: ${job?.error}`);
    return { "first result s": secondsSince(startedAt), "credentials kept": true };
  },
};
