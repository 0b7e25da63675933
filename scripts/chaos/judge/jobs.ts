import type { Submission } from "../load/load.ts";
import type { JobRecord } from "../watch/job-database.ts";
import { digestOf } from "../watch/job-watcher.ts";
import type { Outcome } from "../watch/job-watcher.ts";
import type { Evidence, Violation } from "./evidence.ts";

/** Two clocks and their rounding: the database's, and the monotonic one of a worker or a sandbox. */
const CLOCK_SLACK_MS = 250;

const terminal = new Set(["COMPLETED", "FAILED", "CANCELLED"]);

/** Every accepted job exists and has ended, once, rightly; and so has every other that is stored. */
export function judgeJobs(evidence: Evidence): Violation[] {
  const { submissions, reads } = evidence;
  const last = reads.at(-1) ?? [];
  const found = new Map(last.map((record) => [record.id, record]));
  const byNumber = new Map(submissions.map((submission) => [submission.number, submission]));
  return [
    ...submissions.flatMap((submission) => judgeExistence(submission, found, evidence.missing)),
    ...last.flatMap((record) => judgeOutcome(record, byNumber.get(record.number))),
    ...judgeDocuments(last, byNumber),
    ...judgeConstancy(evidence),
  ];
}

function judgeExistence(
  { acceptedId, number }: Submission,
  found: ReadonlyMap<string, JobRecord>,
  missing: ReadonlySet<string>,
): Violation[] {
  if (acceptedId === undefined) return [];
  const job = `job ${acceptedId} (submission ${number})`;
  if (!found.has(acceptedId)) return [{ charge: "lost", what: `${job} was accepted and isn't in the database` }];
  return missing.has(acceptedId)
    ? [{ charge: "lost", what: `${job} was accepted, and then the API didn't know it` }]
    : [];
}

function judgeOutcome(record: JobRecord, submission: Submission | undefined): Violation[] {
  const job = `job ${record.id} (attempt ${record.attempt}, ${record.status})`;
  if (!submission) return [{ charge: "wrong", what: `${job} was never submitted` }];
  if (!terminal.has(record.status)) return [{ charge: "lost", what: `${job} has never ended` }];
  const flaws = [endFlaw(record, submission), ...timeFlaws(record, submission)].filter((flaw) => flaw !== undefined);
  return flaws.map((flaw) => ({ charge: "wrong", what: `${job}: ${flaw}` }));
}

function endFlaw(record: JobRecord, { number, expected }: Submission): string | undefined {
  const { status, exitReason, error = "no error", resultJson } = record;
  if (status !== expected.status || exitReason !== expected.exitReason)
    return `ended as ${exitReason} (${error}) instead of ${expected.status}, ${expected.exitReason}`;
  if (status === "FAILED") return error.includes(expected.error ?? "") ? undefined : `its error is ${error}`;
  if (isAnswer(resultJson, number, expected.textLength ?? 0)) return undefined;
  return `its result is ${resultJson?.slice(0, 200) ?? "missing"}`;
}

/** The recorded run began at `startedAt`: an outcome that came sooner than it could is that of another run. */
function* timeFlaws(record: JobRecord, { expected: { atLeastMs } }: Submission): Generator<string> {
  const { startedAtMs = 0, completedAtMs = 0, executionTimeMs = 0 } = record;
  const lastedMs = completedAtMs - startedAtMs;
  if (lastedMs < atLeastMs - CLOCK_SLACK_MS)
    yield `ended ${lastedMs} ms after its start, and takes at least ${atLeastMs} ms`;
  if (executionTimeMs > lastedMs + CLOCK_SLACK_MS)
    yield `ran for ${executionTimeMs} ms, and ended ${lastedMs} ms after its start`;
}

function isAnswer(resultJson: string | undefined, number: number, textLength: number): boolean {
  const answer = JSON.parse(resultJson ?? "null") as Record<string, unknown> | null;
  return (
    answer !== null &&
    answer["number"] === number &&
    answer["square"] === number * number &&
    typeof answer["token"] === "string" &&
    answer["text"] === "x".repeat(textLength)
  );
}

/** A submission is sent once, or again under its key: it is one document, and the one that its answer named. */
function judgeDocuments(records: readonly JobRecord[], byNumber: ReadonlyMap<number, Submission>): Violation[] {
  const violations: Violation[] = [];
  const seen = new Map<number, string>();
  for (const { id, number } of records) {
    const other = seen.get(number);
    const accepted = byNumber.get(number)?.acceptedId;
    if (other !== undefined)
      violations.push({ charge: "doubled", what: `submission ${number} is the jobs ${other} and ${id}` });
    else if (accepted !== undefined && accepted !== id && records.every((record) => record.id !== accepted))
      violations.push({ charge: "doubled", what: `submission ${number} was accepted as ${accepted} and is ${id}` });
    seen.set(number, id);
  }
  return violations;
}

/** Of everything that was ever seen of a job, there is at most one outcome, and nothing after it. */
function judgeConstancy({ sightings, reads }: Evidence): Violation[] {
  const histories = new Map<string, Array<Outcome | undefined>>();
  const note = (id: string, outcome: Outcome | undefined) => {
    const history = histories.get(id);
    if (history) history.push(outcome);
    else histories.set(id, [outcome]);
  };
  for (const [id, seen] of sightings) for (const { outcome } of seen) note(id, outcome);
  for (const records of reads) for (const record of records) note(record.id, storedOutcome(record));
  return [...histories].flatMap(([id, history]) => {
    const first = history.findIndex((outcome) => outcome !== undefined);
    const changed = history.slice(first + 1).find((outcome) => differs(history[first], outcome));
    if (first === -1 || history.slice(first).every((outcome) => !differs(history[first], outcome))) return [];
    const [was, became] = [JSON.stringify(history[first]), JSON.stringify(changed) ?? "not ended"];
    return [{ charge: "doubled" as const, what: `job ${id} was ${was} and became ${became}` }];
  });
}

function differs(a: Outcome | undefined, b: Outcome | undefined): boolean {
  return JSON.stringify(a) !== JSON.stringify(b);
}

function storedOutcome(record: JobRecord): Outcome | undefined {
  const { status, attempt, completedAtMs, exitReason, resultJson, error } = record;
  if (!terminal.has(status)) return undefined;
  return {
    status,
    attempt,
    completedAtMs: completedAtMs ?? 0,
    exitReason: exitReason ?? "",
    digest: digestOf(resultJson, error),
  };
}
