import { once } from "node:events";
import { Agent, get, request } from "node:http";
import type { IncomingMessage } from "node:http";

import type { Job } from "@lambda-lite/shared";

import { measurePairs } from "../pairs.ts";
import type { Pair } from "../pairs.ts";
import { distributionOf, median, round } from "../statistics.ts";
import type { Distribution } from "../statistics.ts";
import type { BenchStack } from "../bench-stack.ts";

const LINES = 20_000;
const PAIRS = 5;
const FIRST_LINES = 60;

/** What a job prints before it pauses: 200 lines, about 12 KB. */
const BATCH_LINES = 200;
/** A program that says much while it works: some 8,000 lines a second. */
const BUSY_PAUSE_MS = 20;
/** One that does little else: 20,000 a second, which with a hundred followers are more than two cores carry. */
const FLAT_OUT_PAUSE_MS = 5;
const FOLLOWED: ReadonlyArray<{ followers: number; pauseMs: number }> = [
  { followers: 1, pauseMs: BUSY_PAUSE_MS },
  { followers: 10, pauseMs: BUSY_PAUSE_MS },
  { followers: 100, pauseMs: BUSY_PAUSE_MS },
  { followers: 100, pauseMs: FLAT_OUT_PAUSE_MS },
];

/**
 * Its duration is its result. It begins when its followers have come and the next sandbox has been made, so that neither
 * is taken for what following costs.
 */
const PRINTS = `async function main(lines, batch, pauseMs) {
  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  await pause(1000);
  const startedMs = Date.now();
  for (let n = 0; n < lines; n += 1) {
    console.log("line " + n + " of a program that has much to say about what it does");
    if (n % batch === 0) await pause(pauseMs);
  }
  return Date.now() - startedMs;
}`;

export interface Followed {
  followers: number;
  /** Lines that the job printed per second when nobody followed. */
  printedPerSecond: number;
  /** Lines that all followers together heard, per second that the job printed. */
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
  await runPrinting(stack, 0, BUSY_PAUSE_MS);
  const followed: Followed[] = [];
  for (const { followers, pauseMs } of FOLLOWED) followed.push(await measureFollowers(stack, followers, pauseMs));
  return { followed, stalled: await measureStalled(stack), firstLineMs: await measureFirstLine(stack) };
}

async function measureFollowers(stack: BenchStack, followers: number, pauseMs: number): Promise<Followed> {
  const pairs = await measurePairs(
    PAIRS,
    () => runPrinting(stack, 0, pauseMs),
    () => runPrinting(stack, followers, pauseMs),
  );
  const rate = (lines: number, run: Run) => lines / (run.ms / 1_000);
  return {
    followers,
    printedPerSecond: Math.round(median(pairs.map(([alone]) => rate(LINES, alone)))),
    linesPerSecond: Math.round(median(pairs.map(([, watched]) => rate(followers * LINES, watched)))),
    durationRatio: durationRatio(pairs),
  };
}

interface Run {
  /** The job's own duration. */
  ms: number;
}

function durationRatio(pairs: ReadonlyArray<Pair<Run, Run>>): number {
  return round(median(pairs.map(([plain, changed]) => changed.ms / plain.ms)));
}

/**
 * Followers only keep what they hear, and are held to it afterwards: on other machines they'd cost this one nothing
 * either.
 */
async function runPrinting(stack: BenchStack, followers: number, pauseMs: number): Promise<Run> {
  const { id } = await submit(stack, { code: PRINTS, args: [LINES, BATCH_LINES, pauseMs] });
  const heard = await Promise.all(Array.from({ length: followers }, () => recordLog(stack.url, id)));
  const job = await ended(stack, id);
  if (heard.some((record) => textOf(record) !== job.logs)) throw new Error("a follower heard something else");
  return { ms: Number(job.result) };
}

async function measureStalled(stack: BenchStack): Promise<LiveLogs["stalled"]> {
  let othersComplete = true;
  async function withOneWhoReadsNothing(): Promise<Run> {
    const { id } = await submit(stack, { code: PRINTS, args: [LINES, BATCH_LINES, BUSY_PAUSE_MS] });
    const stalled = openWithoutReading(stack.url, id);
    const others = await Promise.all(Array.from({ length: 9 }, () => recordLog(stack.url, id)));
    const job = await ended(stack, id);
    othersComplete &&= others.every((record) => textOf(record) === job.logs);
    stalled();
    return { ms: Number(job.result) };
  }
  const pairs = await measurePairs(PAIRS, () => runPrinting(stack, 9, BUSY_PAUSE_MS), withOneWhoReadsNothing);
  return { durationRatio: durationRatio(pairs), othersComplete };
}

/** @returns the events of a whole log, as they came over the wire. `onText` gets the first chunk that has text. */
async function recordLog(url: string, jobId: string, onText?: (chunk: Buffer) => void): Promise<Buffer> {
  const [response] = (await once(get(`${url}/api/jobs/${jobId}/logs?follow`), "response")) as [IncomingMessage];
  const chunks: Buffer[] = [];
  let waitsForText = onText !== undefined;
  response.on("data", (chunk: Buffer) => {
    chunks.push(chunk);
    if (!waitsForText || !chunk.includes("event: log\n")) return;
    waitsForText = false;
    onText?.(chunk);
  });
  await once(response, "end");
  return Buffer.concat(chunks);
}

/** The text that the events carry. */
function textOf(record: Buffer): string {
  const texts = record.toString("utf8").matchAll(/^event: log\ndata: (.*)$/gm);
  return Array.from(texts, ([, data]) => (JSON.parse(data as string) as { text: string }).text).join("");
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
    const record = await recordLog(stack.url, id, (first) => {
      // Both clocks are this machine's.
      latencies.push(Math.max(0, Date.now() - Number(textOf(first))));
    });
    if (textOf(record) === "") throw new Error("a follower heard nothing");
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
