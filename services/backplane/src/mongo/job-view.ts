import type { Job, JobListItem, JobSummary, JsonValue } from "@lambda-lite/shared";
import { DEFAULT_LIMITS, EVENT_RESULT_BYTES, utf8Length } from "@lambda-lite/shared";
import type { ClaimedJob, Transition } from "../ports/index.ts";
import type { JobDocument } from "./job-model.ts";

/** Fields that hold bodies: lists and events leave them in the database. */
export const BODY_FIELDS = { code: 0, argsJson: 0, resultJson: 0, logs: 0, logSpans: 0 } as const;

type DocumentFacts = Omit<JobDocument, keyof typeof BODY_FIELDS>;

/** Everything but the bodies. */
export function toListItem(doc: DocumentFacts): JobListItem {
  const id = doc._id.toHexString();
  return {
    id,
    _id: id,
    owner: doc.owner,
    pool: doc.pool,
    priority: doc.priority,
    status: doc.status,
    attempt: doc.attempt,
    revision: doc.revision,
    // A version before this one stored fewer.
    limits: { ...DEFAULT_LIMITS, ...doc.limits },
    availableAt: doc.availableAt.toISOString(),
    createdAt: doc.createdAt.toISOString(),
    ...definedOnly({
      retry: doc.retry,
      failures: doc.retry && (doc.failures ?? 0),
      lastFailure: doc.lastFailure,
      deadLetter: doc.deadLetter,
      redriveOf: doc.redriveOf?.toHexString(),
      exit: doc.exit,
      error: doc.error,
      executionTime: doc.executionTime,
      queueTime: doc.queueTime,
      sandboxStartTime: doc.sandboxStartTime,
      cpuTime: doc.cpuTime,
      peakMemoryBytes: doc.peakMemoryBytes,
      measured: doc.measured,
      imageDigest: doc.imageDigest,
      workerId: doc.workerId,
      logCursor: doc.logLength === undefined ? undefined : `${doc.attempt}-${doc.logLength}`,
      startedAt: doc.startedAt?.toISOString(),
      completedAt: doc.completedAt?.toISOString(),
    }),
  };
}

/** For events: only a small result travels. */
export function toSummary(doc: DocumentFacts & { resultJson?: string }): JobSummary {
  const facts = toListItem(doc);
  const small = doc.resultJson !== undefined && utf8Length(doc.resultJson) <= EVENT_RESULT_BYTES;
  return small ? { ...facts, result: parseJson(doc.resultJson as string) } : facts;
}

/** The whole job. */
export function toJob(doc: JobDocument): Job {
  return {
    ...toListItem(doc),
    code: doc.code,
    args: parseJson(doc.argsJson) as JsonValue[],
    ...definedOnly({ logs: doc.logs }),
    ...(doc.resultJson === undefined ? {} : { result: parseJson(doc.resultJson) }),
  };
}

/** For the worker that holds it. */
export function toClaimed(doc: JobDocument): Transition<ClaimedJob> {
  return {
    summary: toSummary(doc),
    value: {
      id: doc._id.toHexString(),
      token: doc.token ?? "",
      attempt: doc.attempt,
      owner: doc.owner,
      code: doc.code,
      argsJson: doc.argsJson,
      limits: toListItem(doc).limits,
      ...(doc.retry && { retry: doc.retry }),
      failures: doc.failures ?? 0,
      faults: doc.faults,
      queueTime: doc.queueTime ?? 0,
    },
  };
}

function parseJson(text: string): JsonValue {
  return JSON.parse(text) as JsonValue;
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function definedOnly<T extends object>(fields: T): Defined<T> {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Defined<T>;
}
