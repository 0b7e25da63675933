import { once } from "node:events";
import { Agent, request } from "node:http";
import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";

import type { Job, JobSummary } from "@lambda-lite/shared";
import { ClientEvent, ServerEvent, isTerminal } from "@lambda-lite/shared";
import { io } from "socket.io-client";

import { JOB } from "./sides.ts";

/** When a job's steps were seen from outside, in ms after its submission. */
export interface JobTimes {
  /** The answer to the submission. */
  acceptedMs: number;
  /** The event that it runs. */
  runningMs: number;
  /** The event that it has ended. */
  endedMs: number;
  job: JobSummary;
}

/** A client as the page is one: submits over HTTP, hears over a socket. */
export interface BenchClient {
  /** @throws Error when the job isn't accepted, doesn't complete, or nothing is heard for a minute. */
  run(): Promise<JobTimes>;
  close(): void;
}

const BODY = JSON.stringify(JOB);

/** A job that nothing is heard of for so long is lost, in ms. */
const LOST_MS = 60_000;

interface Watched {
  startedMs: number;
  runningMs: number | undefined;
  done: (times: Omit<JobTimes, "acceptedMs">) => void;
}

/** Hears of every job of its own through the one subscription to each. */
export async function openClient(url: string): Promise<BenchClient> {
  const socket = io(url, { transports: ["websocket"] });
  const agent = new Agent({ keepAlive: true });
  const watched = new Map<string, Watched>();
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("connect_error", reject);
  });

  function hear(job: JobSummary, atMs: number): void {
    const watch = watched.get(job.id);
    if (!watch) return;
    if (job.status === "RUNNING") watch.runningMs ??= atMs - watch.startedMs;
    if (!isTerminal(job.status)) return;
    watched.delete(job.id);
    const endedMs = atMs - watch.startedMs;
    watch.done({ runningMs: watch.runningMs ?? endedMs, endedMs, job });
  }
  socket.on(ServerEvent.JOB_UPDATE, (job: JobSummary) => hear(job, performance.now()));
  return {
    run,
    close() {
      socket.disconnect();
      agent.destroy();
    },
  };

  /** Without what a larger HTTP client does beside: the API is measured, not its caller. */
  async function submit(): Promise<Job> {
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(BODY) };
    const asked = request(`${url}/api/jobs`, { method: "POST", agent, headers });
    asked.end(BODY);
    const [response] = (await once(asked, "response")) as [IncomingMessage];
    const answer = await text(response);
    if (response.statusCode !== 201)
      throw new Error(`a submission was answered with ${response.statusCode}: ${answer}`);
    return JSON.parse(answer) as Job;
  }

  async function run(): Promise<JobTimes> {
    const startedMs = performance.now();
    const { id } = await submit();
    const acceptedMs = performance.now() - startedMs;
    const ended = new Promise<Omit<JobTimes, "acceptedMs">>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`nothing was heard of job ${id}`)), LOST_MS);
      const done: Watched["done"] = (times) => {
        clearTimeout(timer);
        resolve(times);
      };
      watched.set(id, { startedMs, runningMs: undefined, done });
    });
    // Its answer is the state of now: an end that was before the subscription is in it.
    socket.emit(ClientEvent.JOB_SUBSCRIBE, { jobId: id }, (answer: { ok: boolean; job?: JobSummary }) => {
      if (answer.ok && answer.job) hear(answer.job, performance.now());
    });
    const times = await ended;
    socket.emit(ClientEvent.JOB_UNSUBSCRIBE, { jobId: id }, () => undefined);
    if (times.job.status !== "COMPLETED") throw new Error(`job ${id} ended as ${times.job.status}: ${times.job.error}`);
    return { acceptedMs, ...times };
  }
}
