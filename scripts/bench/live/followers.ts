import { setTimeout as sleep } from "node:timers/promises";

import type { Job } from "@lambda-lite/shared";
import { Agent, request } from "node:http";

import { followLog } from "../../e2e/log-follower.ts";
import { distributionOf, median, round } from "../statistics.ts";
import type { Distribution } from "../statistics.ts";
import type { BenchStack } from "../bench-stack.ts";

const LINES = 20_000;
const PAIRS = 5;
const FOLLOWERS = [1, 10, 100];
const FIRST_LINES = 60;

/** Prints as fast as it can, and gives way now and then, as programs do that work. Its duration is its result. */
const PRINTS = `async function main(count) {
  const startedMs = Date.now();
  for (let n = 0; n < count; n += 1) {
    console.log("line " + n + " of a program that has much to say about what it does");
    if (n % 200 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return Date.now() - startedMs;
}`;

export interface Followed {
  followers: number;
  /** Lines that reached all followers together, per second of the job's life. */
  linesPerSecond: number;
  /** The job's own duration over that of the same job without followers: the middle of the ratios of pairs. */
  durationRatio: number;
}

export interface LiveLogs {
  followed: Followed[];
  /** The same with ten followers, one of which reads nothing. */
  stalled: { durationRatio: number; othersComplete: boolean };
  /** From the printing of a job's first line to its follower, in ms. */
  firstLineMs: Distribution;
}

export async function measureLiveLogs(stack: BenchStack): Promise<LiveLogs> {
  await runPrinting(stack, 0);
  const followed: Followed[] = [];
  for (const followers of FOLLOWERS) followed.push(await measureFollowers(stack, followers));
  return { followed, stalled: await measureStalled(stack), firstLineMs: await measureFirstLine(stack) };
}

async function measureFollowers(stack: BenchStack, followers: number): Promise<Followed> {
  const ratios: number[] = [];
  const rates: number[] = [];
  for (let pair = 0; pair < PAIRS; pair += 1) {
    let alone = 0;
    let watched = 0;
    const without = async () => void (alone = (await runPrinting(stack, 0)).ms);
    const with_ = async () => {
      const run = await runPrinting(stack, followers);
      watched = run.ms;
      rates.push((followers * LINES) / (run.heardMs / 1_000));
    };
    for (const run of pair % 2 === 0 ? [without, with_] : [with_, without]) await run();
    ratios.push(watched / alone);
  }
  return { followers, linesPerSecond: Math.round(median(rates)), durationRatio: round(median(ratios)) };
}

/** @returns the job's own duration, and how long until every follower had heard all of it. */
async function runPrinting(stack: BenchStack, followers: number): Promise<{ ms: number; heardMs: number }> {
  const { id } = await submit(stack, { code: PRINTS, args: [LINES] });
  const startedMs = performance.now();
  const all = Array.from({ length: followers }, () => followLog(() => stack.url, id));
  await Promise.all(all.map(({ over }) => over));
  const heardMs = performance.now() - startedMs;
  const job = await ended(stack, id);
  for (const follower of all) if (follower.text() !== job.logs) throw new Error("a follower heard something else");
  return { ms: Number(job.result), heardMs };
}

async function measureStalled(stack: BenchStack): Promise<LiveLogs["stalled"]> {
  const ratios: number[] = [];
  let othersComplete = true;
  for (let pair = 0; pair < PAIRS; pair += 1) {
    const { ms: alone } = await runPrinting(stack, 9);
    const { id } = await submit(stack, { code: PRINTS, args: [LINES] });
    const stalled = openWithoutReading(stack.url, id);
    const others = Array.from({ length: 9 }, () => followLog(() => stack.url, id));
    await Promise.all(others.map(({ over }) => over));
    const job = await ended(stack, id);
    othersComplete &&= others.every((follower) => follower.text() === job.logs);
    ratios.push(Number(job.result) / alone);
    stalled();
  }
  return { durationRatio: round(median(ratios)), othersComplete };
}

/** A connection whose answer is never read. @returns what ends it. */
function openWithoutReading(url: string, jobId: string): () => void {
  const agent = new Agent();
  const asked = request(`${url}/api/jobs/${jobId}/logs?follow`, { agent }, (response) => response.pause());
  asked.on("error", () => undefined);
  asked.end();
  return () => asked.destroy();
}

async function measureFirstLine(stack: BenchStack): Promise<Distribution> {
  const latencies: number[] = [];
  const code =
    "const main = () => new Promise((r) => setTimeout(() => { console.log(Date.now()); setTimeout(r, 300); }, 200));";
  for (let n = 0; n < FIRST_LINES; n += 1) {
    const { id } = await submit(stack, { code });
    const follower = followLog(() => stack.url, id);
    while (follower.messages.length === 0) await sleep(1);
    // Both clocks are this machine's.
    latencies.push(Math.max(0, Date.now() - Number(follower.text())));
    await follower.over;
  }
  return distributionOf(latencies);
}

export async function submit({ url }: BenchStack, submission: object): Promise<Job> {
  const response = await fetch(`${url}/api/jobs`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(submission),
  });
  if (response.status !== 201) throw new Error(`a submission was answered with ${response.status}`);
  return (await response.json()) as Job;
}

async function ended({ url }: BenchStack, id: string): Promise<Job> {
  const response = await fetch(`${url}/api/jobs/${id}?wait=60`);
  const job = (await response.json()) as Job;
  if (job.status !== "COMPLETED") throw new Error(`job ${id} is ${job.status}: ${job.error}`);
  return job;
}
