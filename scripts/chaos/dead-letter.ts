import { setTimeout as sleep } from "node:timers/promises";

import { waitUntil } from "../lib/wait-until.ts";
import { callApi } from "./load/api-call.ts";
import type { ChaosStack } from "./stack/chaos-stack.ts";

/** How long the job runs: enough to be killed in, in ms. */
const RUN_MS = 5_000;
/** Backoff between its runs grows, up to a minute, in ms. */
const GIVEN_UP_MS = 240_000;
const REBORN_MS = 60_000;

/** What became of a job whose container was killed until the platform gave up. */
export interface DeadLetterResult {
  /** Undefined where the API has no dead letters. */
  kills?: number;
  seconds: number;
  flaws: string[];
}

interface JobAnswer {
  id: string;
  status: string;
  attempt: number;
  exit?: { reason: string };
  result?: unknown;
}

const code = "function main(ms) { return new Promise((resolve) => setTimeout(() => resolve('survived'), ms)); }";

/**
 * The one scenario with the normal budget: a job is killed at each run, becomes a dead letter, is listed as one, and
 * completes when it's redriven and left alone.
 */
export async function killUntilDead(stack: ChaosStack): Promise<DeadLetterResult> {
  const startedMs = performance.now();
  const { api, worker } = await stack.startAside("aside", {});
  const flaws: string[] = [];
  let kills: number | undefined;
  try {
    const client = createClient(api.url);
    if ((await client.ask("/api/dead-letters")).status !== 404) {
      const dead = await killEachRun(stack, client);
      kills = dead.kills;
      flaws.push(...(await flawsOfDead(client, dead)), ...(await flawsOfRedrive(client, dead.job)));
    }
  } catch (error) {
    flaws.push((error as Error).message);
  } finally {
    for (const service of [worker, api]) {
      const { code: exitCode, signal } = await service.terminate();
      if (exitCode !== 0) flaws.push(`${service.name} ended with ${signal ?? `code ${exitCode}`}`);
    }
  }
  const seconds = Math.round((performance.now() - startedMs) / 1000);
  return { seconds, flaws, ...(kills === undefined ? {} : { kills }) };
}

type Client = ReturnType<typeof createClient>;

function createClient(url: string) {
  async function ask(path: string, init?: RequestInit) {
    const end = await callApi(url + path, init);
    if (end.kind !== "answered") throw new Error(`${path}: ${end.kind}`);
    return end;
  }
  const job = async (id: string) => (await ask(`/api/jobs/${id}`)).body as JobAnswer;
  return {
    ask,
    job,
    ended: (id: string, timeoutMs: number) =>
      waitUntil(
        `job ${id} ends`,
        async () => {
          const found = await job(id);
          if (!["COMPLETED", "FAILED", "CANCELLED"].includes(found.status)) throw new Error(`it is ${found.status}`);
          return found;
        },
        { timeoutMs, intervalMs: 500 },
      ),
  };
}

interface Dead {
  job: JobAnswer;
  kills: number;
}

async function killEachRun(stack: ChaosStack, { ask, ended }: Client): Promise<Dead> {
  const body = JSON.stringify({ code, args: [RUN_MS] });
  const headers = { "content-type": "application/json" };
  const { id } = (await ask("/api/jobs", { method: "POST", headers, body })).body as JobAnswer;
  let over = false;
  const killer = (async () => {
    let kills = 0;
    for (; !over; await sleep(200)) if (await killRun(stack, id)) kills += 1;
    return kills;
  })();
  const job = await ended(id, GIVEN_UP_MS).finally(() => (over = true));
  return { job, kills: await killer };
}

async function killRun({ engine: { docker } }: ChaosStack, jobId: string): Promise<boolean> {
  const running = await docker.listContainers({ filters: { name: [`lambdalite-job-${jobId}-`] } });
  const kills = running.map(({ Id }) => docker.getContainer(Id).kill());
  return (await Promise.allSettled(kills)).some(({ status }) => status === "fulfilled");
}

async function flawsOfDead({ ask }: Client, { job, kills }: Dead): Promise<string[]> {
  const flaws: string[] = [];
  const { id, status, exit, attempt } = job;
  if (status !== "FAILED" || exit?.reason !== "SANDBOX_ERROR")
    flaws.push(`killed ${kills} times it is ${status}, ${exit?.reason}`);
  if (attempt !== kills) flaws.push(`it ran ${attempt} times and was killed ${kills} times`);
  const { jobs = [] } = (await ask("/api/dead-letters?limit=100")).body as { jobs?: JobAnswer[] };
  if (jobs.every((dead) => dead.id !== id)) flaws.push("it isn't among the dead letters");
  return flaws;
}

async function flawsOfRedrive({ ask, ended, job }: Client, dead: JobAnswer): Promise<string[]> {
  const flaws: string[] = [];
  const { status, body } = await ask(`/api/dead-letters/${dead.id}/redrive`, { method: "POST" });
  if (status !== 201) return [`redriving it was answered with ${status}`];
  const reborn = await ended((body as JobAnswer).id, REBORN_MS);
  if (reborn.id === dead.id || reborn.status !== "COMPLETED" || reborn.result !== "survived")
    flaws.push(`redriven and left alone it is ${reborn.status}, ${reborn.exit?.reason}`);
  if (JSON.stringify(await job(dead.id)) !== JSON.stringify(dead)) flaws.push("redriving it changed the dead letter");
  return flaws;
}
