import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

import { ClientEvent, ServerEvent } from "@lambda-lite/shared";
import type { Job, JobListItem, JobSummary } from "@lambda-lite/shared";
import { Redis } from "ioredis";
import { io } from "socket.io-client";
import type { Socket } from "socket.io-client";

import type { BenchStack } from "../bench-stack.ts";
import { distributionOf, round } from "../statistics.ts";
import type { Distribution } from "../statistics.ts";
import { submit } from "./followers.ts";

const SOCKETS = 1_000;
const PER_JOB = 10;
const UPDATES_PER_SECOND = 200;
const SECONDS = 15;

export interface Sockets {
  connected: number;
  /** Memory of the API for each that is connected and hears nothing, in KB. */
  idleKb: number;
  /** From an event's publication to a socket that watches the job, in ms. */
  updateMs: Distribution;
  /** Updates that were to be heard, and were. */
  expected: number;
  heard: number;
  /** Frames of the list per second and socket. */
  framesPerSecond: number;
}

/** A thousand pages at once: each watches one job and the list, while jobs change 200 times a second. */
export async function measureSockets(stack: BenchStack): Promise<Sockets> {
  const jobs: Job[] = [];
  // Put off: they exist, and nothing of them moves but what is published here.
  for (let n = 0; n < SOCKETS / PER_JOB; n += 1) {
    jobs.push(await submit(stack, { code: "function main() {}", delayMs: 3_600_000 }));
  }
  const before = await residentKb(stack.apiPid);
  const sockets: Socket[] = [];
  const redis = new Redis(stack.redisUrl);
  try {
    for (let n = 0; n < SOCKETS; n += 50) {
      sockets.push(...(await Promise.all(Array.from({ length: 50 }, () => connect(stack.url)))));
    }
    await sleep(2_000);
    const idleKb = ((await residentKb(stack.apiPid)) - before) / SOCKETS;
    return { connected: sockets.length, idleKb: round(idleKb), ...(await measureUpdates(redis, jobs, sockets)) };
  } finally {
    for (const socket of sockets) socket.disconnect();
    redis.disconnect();
  }
}

async function measureUpdates(redis: Redis, jobs: Job[], sockets: Socket[]) {
  const latencies: number[] = [];
  let frames = 0;
  await Promise.all(
    sockets.map(async (socket, n) => {
      const job = jobs[Math.floor(n / PER_JOB)] as Job;
      await socket.emitWithAck(ClientEvent.JOB_SUBSCRIBE, { jobId: job.id });
      await socket.emitWithAck(ClientEvent.JOBS_SUBSCRIBE, {});
      socket.on(ServerEvent.JOB_UPDATE, ({ error }: JobSummary) => {
        if (error) latencies.push(performance.now() - Number(error));
      });
      socket.on(ServerEvent.JOBS_UPDATE, (_frame: { jobs: JobListItem[] }) => void (frames += 1));
    }),
  );
  const { code: _code, args: _args, logs: _logs, ...base } = jobs[0] as Job;
  const startedMs = performance.now();
  let sent = 0;
  while (performance.now() - startedMs < SECONDS * 1_000) {
    const due = ((performance.now() - startedMs) / 1_000) * UPDATES_PER_SECOND;
    for (; sent < due; sent += 1) {
      const { id } = jobs[sent % jobs.length] as Job;
      // When it was sent travels in a text that events carry.
      const event = { ...base, id, _id: id, revision: sent + 2, error: String(performance.now()) };
      await redis.publish("bull:job-events", JSON.stringify(event));
    }
    await sleep(5);
  }
  await sleep(2_000);
  return {
    updateMs: distributionOf(latencies),
    expected: sent * PER_JOB,
    heard: latencies.length,
    framesPerSecond: round(frames / sockets.length / SECONDS),
  };
}

async function connect(url: string): Promise<Socket> {
  const socket = io(url, { transports: ["websocket"], forceNew: true });
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("connect_error", reject);
  });
  return socket;
}

async function residentKb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0);
}
