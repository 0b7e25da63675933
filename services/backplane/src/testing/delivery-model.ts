import { ExitReason, FAULT_BUDGET } from "@lambda-lite/shared";
import type { JobStatus } from "@lambda-lite/shared";
import type { AttemptRef, Claimant, Held, HeldBy, JobTransitions, Return, WorkerRegistry } from "../ports/index.ts";

/** What moves jobs: the transitions, and what happens around them. Time passes when it's told to. */
export interface Surroundings extends Pick<WorkerRegistry, "register" | "renew" | "retire"> {
  leaseRunsOut(workerId: string): Promise<void>;
  delayPasses(jobId: string): Promise<void>;
  deadlinePasses(jobId: string): Promise<void>;
  /** Queues the attempts that could run and aren't queued. @returns their entries. */
  reconcile(): Promise<string[]>;
  /** Takes the queue's next entry. */
  take(): Promise<string | undefined>;
  ack(entry: string): Promise<void>;
}
/** All but retention, which only deletes what ended. */
type Transitions = Omit<JobTransitions, "purgeEnded">;
export interface Delivery extends Transitions, Surroundings {}

/** A call as data: it's made to the model and to the backplane, and printed when they differ. */
export interface Call {
  name: keyof Delivery;
  args: readonly unknown[];
}
export const call = <K extends keyof Delivery>(name: K, ...args: Parameters<Delivery[K]>): Call => ({ name, args });

/** What decides about a job; a stored one is compared with it field by field. */
export interface ModelJob {
  id: string;
  status: JobStatus;
  exit?: ExitReason | undefined;
  attempt: number;
  revision: number;
  faults: number;
  failures: number;
  deadLetter: boolean;
  cancelAsked: boolean;
  /** Its `availableAt` has come. */
  due: boolean;
  /** It runs, and should have ended long ago. */
  overdue: boolean;
  token?: string | undefined;
  workerId?: string | undefined;
  workerEpoch?: number | undefined;
  retries: boolean;
  idempotencyKey?: string | undefined;
  payloadHash?: string | undefined;
  redriveOf?: string | undefined;
}

export interface DeliveryState {
  jobs: Map<string, ModelJob>;
  workers: Map<string, { epoch: number; leaseRuns: boolean }>;
  /** Entries in their order. */
  queue: Map<string, "waiting" | "taken">;
  /** Every claim that was granted, in order. */
  claims: HeldBy[];
}

export const emptyState = (): DeliveryState => ({ jobs: new Map(), workers: new Map(), queue: new Map(), claims: [] });

export function entriesThatAre(stand: "waiting" | "taken", { queue }: DeliveryState): string[] {
  return [...queue.keys()].filter((entry) => queue.get(entry) === stand);
}

export const entryName = ({ id, attempt }: AttemptRef) => `${id}-${attempt}`;
const nextEntry = ({ id, attempt }: ModelJob) => entryName({ id, attempt: attempt + 1 });
const isRunnable = (job: ModelJob) => job.status === "PENDING" && job.due;

type InMemory<T> = { [K in keyof T]: T[K] extends (...args: infer A) => unknown ? (...args: A) => unknown : never };

/** What the call must answer in this state, which it changes. */
export function foretell(state: DeliveryState, { name, args }: Call): unknown {
  const model: InMemory<Delivery> = { ...createTransitions(state), ...createSurroundings(state) };
  return essence((model[name] as (...all: readonly unknown[]) => unknown)(...args));
}

/** Of an answer, what the model knows. */
export function essence(answer: unknown): unknown {
  const fields = ["outcome", "summary", "value", "id", "status", "attempt", "revision", "token", "faults", "epoch"];
  return JSON.parse(JSON.stringify(answer ?? null, fields));
}

/** The transitions as they were promised. */
function createTransitions(state: DeliveryState): InMemory<Transitions> {
  const { jobs, queue, claims } = state;
  const find = (matches: (job: ModelJob) => boolean) => [...jobs.values()].find(matches);
  const findHeld = ({ id, token }: Held) =>
    find((job) => job.id === id && job.token === token && job.status === "RUNNING");

  function commit(job: ModelJob, changes: Partial<ModelJob>) {
    Object.assign(job, changes, { revision: job.revision + 1 });
    return answerOf(job);
  }

  function add(id: string, rest: Partial<ModelJob>) {
    const counters = { attempt: 0, revision: 1, faults: 0, failures: 0 };
    const flags = { deadLetter: false, cancelAsked: false, due: true, overdue: false, retries: false };
    const job: ModelJob = { id, status: "PENDING", ...counters, ...flags, ...rest };
    jobs.set(id, job);
    if (job.due) enqueue(state, nextEntry(job));
    return answerOf(job);
  }

  function giveBack(job: ModelJob | undefined, { reason, countsAs, delayMs }: Return) {
    if (!job) return null;
    if (countsAs === "fault") job.faults += 1;
    if (countsAs === "failure") job.failures += 1;
    const unheld = { token: undefined, workerId: undefined, workerEpoch: undefined, overdue: false };
    if (job.cancelAsked) return commit(job, { ...unheld, status: "CANCELLED", exit: ExitReason.CANCELLED });
    const isSpent = countsAs === "fault" && job.faults === FAULT_BUDGET;
    if (isSpent) return commit(job, { ...unheld, status: "FAILED", exit: reason, deadLetter: true });
    if (delayMs === 0) enqueue(state, nextEntry(job));
    return commit(job, { ...unheld, status: "PENDING", due: delayMs === 0 });
  }

  return {
    insert({ id, availableAt, retry, idempotency }) {
      const first = idempotency && find((job) => job.idempotencyKey === idempotency.key);
      if (first) return first.payloadHash === idempotency.payloadHash ? answerOf(first) : "IDEMPOTENCY_CONFLICT";
      const key = idempotency && { idempotencyKey: idempotency.key, payloadHash: idempotency.payloadHash };
      return add(id, { ...key, retries: retry !== undefined, due: availableAt === undefined });
    },
    claim({ id, attempt }, { workerId, epoch }, token) {
      const job = jobs.get(id);
      if (!job || !isRunnable(job) || job.attempt !== attempt - 1) return null;
      claims.push({ id, token, workerId, epoch });
      const summary = commit(job, { status: "RUNNING", attempt, token, workerId, workerEpoch: epoch });
      return { value: { id, token, attempt, faults: job.faults }, summary };
    },
    release: (held, why) => giveBack(findHeld(held), why),
    expire(held, why) {
      const job = findHeld(held);
      return isLiving(state, held) && !job?.overdue ? null : giveBack(job, why);
    },
    finish({ id, token }, { success, exit }) {
      const job = jobs.get(id);
      // The token outlives the finish: said again by the same holder, it's answered again.
      if (!job || job.token !== token) return null;
      if (job.status !== "RUNNING") return answerOf(job);
      const failed = exit.reason === ExitReason.CANCELLED ? "CANCELLED" : "FAILED";
      return commit(job, { status: success ? "COMPLETED" : failed, exit: exit.reason, overdue: false });
    },
    requestCancel(id) {
      const job = jobs.get(id);
      if (!job) return null;
      if (job.status === "RUNNING") return { outcome: "requested", summary: commit(job, { cancelAsked: true }) };
      if (job.status !== "PENDING") return { outcome: "already-finished", summary: answerOf(job) };
      // An entry that was taken stays: its claim will be refused.
      if (queue.get(nextEntry(job)) === "waiting") queue.delete(nextEntry(job));
      const ended = { status: "CANCELLED", exit: ExitReason.CANCELLED, cancelAsked: true } as const;
      return { outcome: "cancelled", summary: commit(job, ended) };
    },
    redrive(id, _owner, newId) {
      const dead = jobs.get(id);
      if (!dead?.deadLetter) return null;
      const first = find(({ redriveOf }) => redriveOf === id);
      return first ? answerOf(first) : add(newId, { redriveOf: id, retries: dead.retries });
    },
    purgeDeadLetters(_owner, id) {
      const dead = [...jobs.values()].filter((job) => job.deadLetter && (id === undefined || job.id === id));
      for (const job of dead) jobs.delete(job.id);
      const gone = new Set(dead.map((job) => job.id));
      for (const job of jobs.values()) if (job.redriveOf && gone.has(job.redriveOf)) job.redriveOf = undefined;
      return dead.length;
    },
  };
}

function createSurroundings(state: DeliveryState): InMemory<Surroundings> {
  const { jobs, workers, queue } = state;
  const change = (jobId: string, changes: Partial<ModelJob>) => void Object.assign(jobs.get(jobId) ?? {}, changes);
  return {
    register(workerId) {
      const epoch = (workers.get(workerId)?.epoch ?? 0) + 1;
      workers.set(workerId, { epoch, leaseRuns: true });
      return { epoch };
    },
    renew: (life) => isLiving(state, life),
    retire({ workerId, epoch }) {
      if (workers.get(workerId)?.epoch === epoch) workers.set(workerId, { epoch, leaseRuns: false });
    },
    leaseRunsOut: (workerId) => void Object.assign(workers.get(workerId) ?? {}, { leaseRuns: false }),
    delayPasses: (jobId) => change(jobId, { due: true }),
    deadlinePasses: (jobId) => change(jobId, { overdue: true }),
    reconcile() {
      const runnable = [...jobs.values()].filter(isRunnable).map(nextEntry).toSorted();
      const missing = runnable.filter((entry) => !queue.has(entry));
      for (const entry of missing) enqueue(state, entry);
      return missing;
    },
    take() {
      const [entry] = entriesThatAre("waiting", state);
      if (entry) queue.set(entry, "taken");
      return entry;
    },
    ack: (entry) => void queue.delete(entry),
  };
}

function answerOf({ id, status, attempt, revision }: ModelJob) {
  return { id, status, attempt, revision };
}

function isLiving({ workers }: DeliveryState, { workerId, epoch }: Claimant): boolean {
  const worker = workers.get(workerId);
  return worker?.epoch === epoch && worker.leaseRuns;
}

/** Adding what the queue has, in whatever state, changes nothing. */
function enqueue({ queue }: DeliveryState, entry: string): void {
  if (!queue.has(entry)) queue.set(entry, "waiting");
}
