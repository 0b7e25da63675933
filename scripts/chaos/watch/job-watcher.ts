import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";

import type { CallLog } from "../load/call-log.ts";
import { apiNames } from "../stack/parts.ts";

export interface WatchTimes {
  /** Pause between two looks. */
  lookMs: number;
  /** How long after its end a job is read again. */
  secondLookMs: number;
}

const usualTimes: WatchTimes = { lookMs: 1_000, secondLookMs: 30_000 };
/** Most single reads in one look. */
const READS = 12;

/** One state of a job as it was seen. */
export interface Sighting {
  atMs: number;
  by: "api" | "database";
  status: string;
  attempt: number;
  /** What a terminal state consists of; absent while the job isn't terminal. */
  outcome?: Outcome;
}

/** What must never change once it is there. */
export interface Outcome {
  status: string;
  attempt: number;
  completedAtMs: number;
  exitReason: string;
  /** Of the result or the error. */
  digest: string;
}

/** Watches accepted jobs through the API, from their first state to a second look at their last. */
export interface JobWatcher {
  /** A job was accepted. */
  expect(id: string): void;
  /** By id. */
  sightings: ReadonlyMap<string, readonly Sighting[]>;
  /** Accepted jobs that the API said don't exist. */
  missing: ReadonlySet<string>;
  unfinished(): number;
  start(): void;
  stop(): Promise<void>;
}

interface JobAnswer {
  id: string;
  status: string;
  attempt: number;
  completedAt?: string;
  exit?: { reason: string };
  result?: unknown;
  error?: string;
}

const terminal = new Set(["COMPLETED", "FAILED", "CANCELLED"]);

export function createJobWatcher(calls: Pick<CallLog, "call">, times: WatchTimes = usualTimes): JobWatcher {
  const sightings = new Map<string, Sighting[]>();
  const missing = new Set<string>();
  const open = new Set<string>();
  /** Ended jobs, in the order of their end, that are to be read once more. */
  const again: Array<{ id: string; dueMs: number }> = [];
  const stopping = new AbortController();
  let loop: Promise<void> = Promise.resolve();
  let turn = 0;

  const nextApi = () => apiNames[(turn += 1) % apiNames.length] ?? "api-1";

  async function readOne(id: string): Promise<void> {
    const end = await calls.call(nextApi(), "read", `/api/jobs/${id}`);
    if (end.kind !== "answered") return;
    if (end.status === 404) missing.add(id);
    if (end.status !== 200) return;
    const job = end.body as JobAnswer;
    const ended = terminal.has(job.status);
    sightings.get(id)?.push({
      atMs: Date.now(),
      by: "api",
      status: job.status,
      attempt: job.attempt,
      ...(ended ? { outcome: outcomeOf(job) } : {}),
    });
    if (ended && open.delete(id)) again.push({ id, dueMs: Date.now() + times.secondLookMs });
  }

  /** Those of the newest that have ended, then the oldest that nobody has seen end. */
  async function look(): Promise<void> {
    const end = await calls.call(nextApi(), "read", "/api/jobs?limit=100");
    const page = end.kind === "answered" && end.status === 200 ? (end.body as { jobs: JobAnswer[] }).jobs : [];
    const ended = page.filter(({ id, status }) => open.has(id) && terminal.has(status)).map(({ id }) => id);
    const shown = new Set(page.map(({ id }) => id));
    const old = [...open].filter((id) => !shown.has(id));
    for (const id of [...ended, ...old].slice(0, READS)) await readOne(id);
    for (let reads = 0; reads < READS && (again[0]?.dueMs ?? Infinity) < Date.now(); reads += 1) {
      const next = again.shift();
      if (next) await readOne(next.id);
    }
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await look();
      await sleep(times.lookMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  }

  return {
    sightings,
    missing,
    expect(id) {
      sightings.set(id, []);
      open.add(id);
    },
    unfinished: () => open.size,
    start() {
      loop = run();
    },
    async stop() {
      stopping.abort();
      await loop;
    },
  };
}

function outcomeOf(job: JobAnswer): Outcome {
  return {
    status: job.status,
    attempt: job.attempt,
    completedAtMs: job.completedAt ? Date.parse(job.completedAt) : 0,
    exitReason: job.exit?.reason ?? "",
    digest: digestOf(job.result === undefined ? undefined : JSON.stringify(job.result), job.error),
  };
}

/** The same for what the API shows and for what the database holds. */
export function digestOf(resultJson: string | undefined, error: string | undefined): string {
  return createHash("sha256")
    .update(JSON.stringify([resultJson ?? null, error ?? null]))
    .digest("hex")
    .slice(0, 16);
}
