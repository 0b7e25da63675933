import { setTimeout as sleep } from "node:timers/promises";

import type Docker from "dockerode";

import type { BenchStack } from "../bench-stack.ts";
import { distributionOf } from "../statistics.ts";
import type { Distribution } from "../statistics.ts";
import { submit } from "./followers.ts";

const CANCELS = 200;
const AT_ONCE = 4;

/** From the cancel's request to the death of the container, as the engine tells it, in ms. */
export async function measureCancels(stack: BenchStack): Promise<Distribution> {
  const deaths = await listenForDeaths(stack.docker);
  const latencies: number[] = [];
  const lane = async (first: number) => {
    for (let n = first; n < CANCELS; n += AT_ONCE) {
      const { id } = await submit(stack, { code: "for (;;);", timeout: 60_000 });
      const name = `lambdalite-job-${id}-1`;
      while (!(await isRunning(stack.docker, name))) await sleep(20);
      // At any moment of its run.
      await sleep((n * 53) % 400);
      const cancelledMs = performance.now();
      const died = deaths.of(name);
      await fetch(`${stack.url}/api/jobs/${id}/cancel`, { method: "POST" });
      latencies.push((await died) - cancelledMs);
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, (_, first) => lane(first)));
  } finally {
    deaths.close();
  }
  return distributionOf(latencies);
}

async function isRunning(docker: Docker, name: string): Promise<boolean> {
  const found = await docker.listContainers({ filters: { name: [name] } });
  return found.length > 0;
}

async function listenForDeaths(docker: Docker) {
  const stream = await docker.getEvents({ filters: { event: ["die"], label: ["lambdalite=sandbox"] } });
  const waiting = new Map<string, (atMs: number) => void>();
  let rest = "";
  stream.setEncoding("utf8");
  stream.on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines.filter(Boolean)) {
      const { Actor } = JSON.parse(line) as { Actor: { Attributes: { name: string } } };
      waiting.get(Actor.Attributes.name)?.(performance.now());
    }
  });
  return {
    of: (name: string) => new Promise<number>((resolve) => waiting.set(name, resolve)),
    close: () => (stream as unknown as { destroy(): void }).destroy(),
  };
}
