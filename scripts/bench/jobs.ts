import { once } from "node:events";
import { Agent, request } from "node:http";
import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";

import type { Ack, Job, JobListItem, JobSummary } from "@lambda-lite/shared";
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
  job: JobListItem;
}

/** A client as the page is one: submits over HTTP, hears over a socket. */
export interface BenchClient {
  /** Follows the job itself. @throws Error when it isn't accepted, doesn't complete, or no job has ended for a minute. */
  run(): Promise<JobTimes>;
  /** So many jobs at once, followed in the list of all jobs, as who submits many does. @throws as run() does. */
  runMany(count: number): Promise<void>;
  close(): void;
}

const BODY = JSON.stringify(JOB);

/** When so long no job has ended, those that haven't are lost, in ms. */
const LOST_MS = 60_000;

/** What was heard of a job, and when (`performance.now()`, ms). */
interface Heard {
  runningAtMs: number | undefined;
  ended: { atMs: number; job: JobListItem } | undefined;
  onEnd: () => void;
}

export async function openClient(url: string): Promise<BenchClient> {
  const socket = io(url, { transports: ["websocket"] });
  const agent = new Agent({ keepAlive: true });
  /** Of jobs that nobody asked about yet as well: an end may be heard before the answer to the submission. */
  const jobs = new Map<string, Heard>();
  let followsList = false;
  let lastEndMs = 0;
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("connect_error", reject);
  });

  function heardOf(id: string): Heard {
    const known = jobs.get(id) ?? { runningAtMs: undefined, ended: undefined, onEnd: () => undefined };
    jobs.set(id, known);
    return known;
  }
  function hear(job: JobListItem, atMs: number): void {
    const heard = heardOf(job.id);
    if (job.status === "RUNNING") heard.runningAtMs ??= atMs;
    if (!isTerminal(job.status) || heard.ended) return;
    heard.ended = { atMs, job };
    lastEndMs = atMs;
    heard.onEnd();
  }
  socket.on(ServerEvent.JOB_UPDATE, (job) => hear(job, performance.now()));
  socket.on(ServerEvent.JOBS_UPDATE, (frame) => frame.jobs.forEach((job: JobListItem) => hear(job, performance.now())));

  /** Without what a larger HTTP client does beside: the API is measured, not its caller. @returns the job's id */
  async function submit(): Promise<string> {
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(BODY) };
    const asked = request(`${url}/api/jobs`, { method: "POST", agent, headers });
    asked.end(BODY);
    const [response] = (await once(asked, "response")) as [IncomingMessage];
    const answer = await text(response);
    if (response.statusCode !== 201)
      throw new Error(`a submission was answered with ${response.statusCode}: ${answer}`);
    return (JSON.parse(answer) as Job).id;
  }

  async function untilCompleted(id: string): Promise<Heard> {
    const heard = heardOf(id);
    if (!heard.ended) {
      const sinceMs = performance.now();
      await new Promise<void>((resolve, reject) => {
        const timer = setInterval(() => {
          if (performance.now() - Math.max(sinceMs, lastEndMs) < LOST_MS) return;
          clearInterval(timer);
          reject(new Error(`nothing was heard of job ${id}`));
        }, LOST_MS / 4);
        heard.onEnd = () => {
          clearInterval(timer);
          resolve();
        };
      });
    }
    jobs.delete(id);
    const { status, error } = heard.ended?.job ?? {};
    if (status !== "COMPLETED") throw new Error(`job ${id} ended as ${status}: ${error}`);
    return heard;
  }

  return {
    async run() {
      const startedMs = performance.now();
      const id = await submit();
      const acceptedMs = performance.now() - startedMs;
      const completed = untilCompleted(id);
      // Its answer is the state of now: an end that was before the subscription is in it.
      socket.emit(ClientEvent.JOB_SUBSCRIBE, { jobId: id }, (answer: Ack<{ job: JobSummary }>) => {
        if (answer.ok) hear(answer.job, performance.now());
      });
      const { runningAtMs, ended } = await completed;
      const { atMs, job } = ended as NonNullable<Heard["ended"]>;
      socket.emit(ClientEvent.JOB_UNSUBSCRIBE, { jobId: id }, () => undefined);
      return { acceptedMs, runningMs: (runningAtMs ?? atMs) - startedMs, endedMs: atMs - startedMs, job };
    },
    async runMany(count) {
      if (!followsList) await socket.emitWithAck(ClientEvent.JOBS_SUBSCRIBE, {});
      followsList = true;
      await Promise.all(Array.from({ length: count }, async () => untilCompleted(await submit())));
    },
    close() {
      socket.disconnect();
      agent.destroy();
    },
  };
}
