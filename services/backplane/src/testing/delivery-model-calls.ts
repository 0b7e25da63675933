import { ExitReason, FAULT_BUDGET } from "@lambda-lite/shared";
import type { JobExecutionResult, JobStatus } from "@lambda-lite/shared";
import type { Claimant, HeldBy, NewJob, Return } from "../ports/index.ts";
import { call, entriesThatAre } from "./delivery-model.ts";
import type { Call, DeliveryState, ModelJob } from "./delivery-model.ts";
import { newJob } from "./test-backplane.ts";

/** What can be tried, and how often relative to the others. */
export const STEPS = {
  insert: 6,
  claim: 16,
  release: 5,
  finish: 5,
  requestCancel: 1,
  expire: 5,
  redrive: 3,
  purgeDeadLetters: 1,
  /** Claimed and given back for a fault until the budget is spent: chance alone wouldn't get there. */
  poison: 1,
  register: 6,
  renew: 4,
  retire: 1,
  leaseRunsOut: 3,
  delayPasses: 4,
  deadlinePasses: 2,
  reconcile: 2,
  take: 5,
  ack: 3,
};
/**
 * What can be tried at once. Not so a purge, which is more than one write, and the end of a life, which its own process
 * brings about after the last renewal.
 */
export const RACERS: Partial<typeof STEPS> = {
  insert: 1,
  claim: 4,
  release: 4,
  finish: 4,
  requestCancel: 2,
  expire: 4,
  redrive: 2,
  register: 1,
  renew: 1,
};
type What = keyof typeof STEPS;

/** What to try next, whatever there is by then: numbers are taken modulo what there is. */
export interface Choice {
  what: What;
  /** Try it on a job where it can succeed, if there is one: by chance alone little would ever happen. */
  apt: boolean;
  job: number;
  worker: number;
  /** Whose right to act: that of the latest claim or life, of an earlier one, or of somebody who never had it. */
  whose: "own" | "earlier" | "foreign";
  delayed: boolean;
  variant: number;
}

/** What a job must be for this to succeed, if that depends on it. */
const APT: Partial<Record<What, JobStatus>> = {
  claim: "PENDING",
  poison: "PENDING",
  delayPasses: "PENDING",
  release: "RUNNING",
  finish: "RUNNING",
  expire: "RUNNING",
  deadlinePasses: "RUNNING",
  redrive: "FAILED",
};

/** The calls of a choice; none when there is nothing to try it on. `group` names the owner, the pool and the workers. */
export function plan(choice: Choice, state: DeliveryState, group: string): Call[] {
  const { what, whose, variant, delayed } = choice;
  const all = [...state.jobs.values()];
  const apt = choice.apt ? all.filter(({ status }) => status === APT[what]) : [];
  const candidates = apt.length > 0 ? apt : all;
  const job = candidates[choice.job % candidates.length];
  const insert = () => [call("insert", jobToInsert(choice, group))];
  if (!job) return insert();

  const { id, status, attempt } = job;
  const held = holderOf(job, choice, state);
  const life = lifeOf(`${group}-${choice.worker}`, choice, state);
  const offer = { engineId: "e", pool: group, runtimes: [], isolations: [], slots: 1, busy: 0 };
  const claim = (number: number, token: string) => call("claim", { id, attempt: number }, life, token);
  const poison = () =>
    Array.from({ length: FAULT_BUDGET }, fresh).flatMap((token, n) => [
      claim(attempt + n + 1, token),
      call("release", { id, token }, givenBack("fault")),
    ]);

  const plans: Record<What, () => Call[]> = {
    insert,
    claim: () => [claim(attempt + { own: 1, earlier: 0, foreign: 2 }[whose], fresh())],
    release: () => [call("release", held, givenBack(pick(["fault", "nothing", "failure"], variant), delayed))],
    finish: () => [call("finish", held, outcome(pick(["OK", "USER_ERROR", "CANCELLED"], variant)))],
    requestCancel: () => [call("requestCancel", id, group)],
    expire: () => [call("expire", held, { ...givenBack("fault", delayed), reason: ExitReason.WORKER_LOST })],
    redrive: () => [call("redrive", id, group, newId())],
    purgeDeadLetters: () => [call("purgeDeadLetters", group, ...(variant === 0 ? [] : [id]))],
    poison: () => (status === "PENDING" ? poison() : []),
    register: () => [call("register", life.workerId, offer)],
    renew: () => [call("renew", life, offer)],
    retire: () => [call("retire", life)],
    leaseRunsOut: () => [call("leaseRunsOut", life.workerId)],
    delayPasses: () => (status === "PENDING" ? [call("delayPasses", id)] : []),
    deadlinePasses: () => (status === "RUNNING" ? [call("deadlinePasses", id)] : []),
    reconcile: () => [call("reconcile")],
    take: () =>
      entriesThatAre("waiting", state)
        .slice(-1)
        .map(() => call("take")),
    ack: () =>
      entriesThatAre("taken", state)
        .slice(-1)
        .map((entry) => call("ack", entry)),
  };
  return plans[what]();
}

let serial = 0;
/** Unique in this process, and short where it's printed. */
const fresh = () => (serial += 1).toString(16);
const newId = () => fresh().padStart(24, "0");

const pick = <T>(list: readonly [T, ...T[]], n: number): T => list[n % list.length] ?? list[0];

/** So long that a delay passes only when it's told to, in ms. */
const DELAY_MS = 3_600_000;

function jobToInsert({ delayed, variant }: Choice, group: string): NewJob {
  const job = newJob({ id: newId(), owner: group, pool: group });
  if (delayed) job.availableAt = variant % 2 === 0 ? { delayMs: DELAY_MS } : new Date(Date.now() + DELAY_MS);
  if (variant % 3 === 0) job.retry = { maxAttempts: 3, backoff: { type: "fixed", delayMs: 1, maxDelayMs: 1 } };
  if (variant >= 3) job.idempotency = { key: "key", payloadHash: pick(["this", "that"], variant) };
  return job;
}

function holderOf({ id }: ModelJob, { whose }: Choice, { claims }: DeliveryState): HeldBy {
  const own = claims.filter((claim) => claim.id === id);
  const nobody = { id, token: "nobody's", workerId: "nobody", epoch: 1 };
  if (whose === "foreign") return { ...nobody, ...claims.findLast((claim) => claim.id !== id), id };
  return own.at(whose === "own" ? -1 : 0) ?? nobody;
}

function lifeOf(workerId: string, { whose }: Choice, { workers }: DeliveryState): Claimant {
  const epoch = workers.get(workerId)?.epoch ?? 0;
  return { workerId, epoch: epoch + { own: 0, earlier: -1, foreign: 1 }[whose] };
}

export function givenBack(countsAs: Return["countsAs"], delayed = false): Return {
  const reason = countsAs === "failure" ? ExitReason.USER_ERROR : ExitReason.SANDBOX_ERROR;
  return { reason, countsAs, error: "$error", delayMs: delayed ? DELAY_MS : 0 };
}

export function outcome(reason: "OK" | "USER_ERROR" | "CANCELLED"): JobExecutionResult {
  const told = { logs: "", exit: { reason }, executionTime: 1, sandboxStartTime: 1 };
  return reason === ExitReason.OK ? { ...told, success: true, result: 5 } : { ...told, success: false, error: "no" };
}
