import { setTimeout as sleep } from "node:timers/promises";

import type { SeededRandom } from "../seeded-random.ts";
import { apiNames } from "../stack/parts.ts";
import type { CallEnd } from "./api-call.ts";
import type { CallLog } from "./call-log.ts";
import { planJobs } from "./job-sorts.ts";
import type { PlannedJob } from "./job-sorts.ts";

/** So many of all submissions have a key. */
const KEYED_SHARE = 0.3;
/** They are sent again until they are answered, at most so often. */
const KEYED_TRIES = 30;
const KEYED_PAUSE_MS = 1_000;

/** A job that was sent, and what became of it as far as its sender knows. */
export interface Submission extends PlannedJob {
  sentAtMs: number;
  /** Its Idempotency-Key. With one a client may send it again until it is answered, and it is one job. */
  key?: string;
  /** Set by a 201: from then on the job must not be lost. */
  acceptedId?: string;
  acceptedAtMs?: number;
}

export interface LoadOptions {
  calls: CallLog;
  random: SeededRandom;
  /** Pause between two submissions, in ms. */
  everyMs: number;
  /** Jobs under way, as far as is known. */
  unfinished: () => number;
  /** At so many the load waits: what can't be worked off only makes the end longer. */
  mostUnfinished: number;
  onAccepted: (id: string) => void;
}

/** Submits steadily, to one API or the other. What is refused is recorded, and sent again only if it has a key. */
export interface Load {
  submissions: readonly Submission[];
  /** How long it was held back, in ms. */
  heldBackMs(): number;
  start(): void;
  stop(): Promise<void>;
}

export function createLoad(options: LoadOptions): Load {
  const { calls, random, everyMs, unfinished, mostUnfinished, onAccepted } = options;
  const jobs = planJobs(random.fork("jobs"));
  const routes = random.fork("routes");
  const keys = random.fork("keys");
  const submissions: Submission[] = [];
  const underway = new Set<Promise<void>>();
  const stopping = new AbortController();
  let heldBackMs = 0;
  let loop: Promise<void> = Promise.resolve();

  async function send({ code, args, timeout, key }: Submission): Promise<CallEnd> {
    return calls.call(routes.pick(apiNames), "submit", "/api/jobs", {
      method: "POST",
      headers: { "content-type": "application/json", ...(key === undefined ? {} : { "idempotency-key": key }) },
      body: JSON.stringify({ code, args, timeout }),
    });
  }

  async function submit(): Promise<void> {
    const job = jobs.next().value;
    const key = keys.next() < KEYED_SHARE ? `chaos-${job.number}` : undefined;
    const submission: Submission = { ...job, sentAtMs: Date.now(), ...(key === undefined ? {} : { key }) };
    submissions.push(submission);
    for (let tries = key === undefined ? 1 : KEYED_TRIES; tries > 0; tries -= 1) {
      const end = await send(submission);
      if (end.kind === "answered" && (end.status === 201 || end.status === 200)) {
        submission.acceptedId = (end.body as { id: string }).id;
        submission.acceptedAtMs = Date.now();
        return onAccepted(submission.acceptedId);
      }
      if (tries > 1) await sleep(KEYED_PAUSE_MS);
    }
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      if (unfinished() < mostUnfinished) {
        const sent = submit().finally(() => underway.delete(sent));
        underway.add(sent);
      } else heldBackMs += everyMs;
      await sleep(everyMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  }

  return {
    submissions,
    heldBackMs: () => heldBackMs,
    start() {
      loop = run();
    },
    async stop() {
      stopping.abort();
      await loop;
      await Promise.all(underway);
    },
  };
}
