import type { ChaosResult } from "./chaos-run.ts";
import type { DeadLetterResult } from "./dead-letter.ts";
import { charges } from "./judge/judge.ts";
import { RETURN_MS, hitsMongo, hitsRedis, touches } from "./judge/outages.ts";
import type { RoundRecord } from "./rounds.ts";
import { isApi } from "./stack/parts.ts";

/** Most violations of one kind that the table shows. */
const SHOWN = 8;

/** The figures of a run, for the JSON file and the table. */
export interface Figures {
  submitted: number;
  accepted: number;
  /** By what the sender saw. */
  refused: Record<string, number>;
  stored: number;
  /** How the stored ones ended. */
  ended: Record<string, number>;
  /** Jobs that ran more than once, and the most runs of one. */
  ranAgain: number;
  mostRuns: number;
  /** What was done to parts, how often. */
  hits: Record<string, number>;
  kills: number;
  recoverySeconds: Record<string, { jobs: number; worst: number }>;
  slowest503Ms: number;
  /** From Mongo's return to the first 201, the worst, in ms. */
  mongoBackMs: number;
  /** Submissions while Redis was away, and all else was well; and refusals then. */
  withoutRedis: { submitted: number; refused: number };
}

export function figuresOf({ evidence }: ChaosResult): Figures {
  const { submissions, refusals, rounds, reads } = evidence;
  const stored = reads.at(-1) ?? [];
  const submits = refusals.filter(({ what }) => what === "submit");
  const hits = count(
    rounds.flatMap((round) => Object.entries(round.hits).flatMap(([how, n]) => Array<string>(n).fill(how))),
  );
  return {
    submitted: submissions.length,
    accepted: submissions.filter(({ acceptedId }) => acceptedId !== undefined).length,
    refused: count(submits.map(({ kind, status }) => (kind === "answered" ? String(status) : kind))),
    stored: stored.length,
    ended: count(stored.map(({ status, exitReason }) => `${status} ${exitReason ?? ""}`.trim())),
    ranAgain: stored.filter(({ attempt }) => attempt > 1).length,
    mostRuns: Math.max(0, ...stored.map(({ attempt }) => attempt)),
    hits,
    kills: (hits["SIGKILL"] ?? 0) + (hits["container"] ?? 0),
    recoverySeconds: recoveriesOf(rounds),
    slowest503Ms: Math.max(0, ...submits.filter(({ status }) => status === 503).map(({ tookMs }) => tookMs)),
    mongoBackMs: Math.max(
      0,
      ...rounds.filter(hitsMongo).map((round) => firstAcceptedAfter(round.toMs, evidence) - round.toMs),
    ),
    withoutRedis: withoutRedis(evidence),
  };
}

function recoveriesOf(rounds: readonly RoundRecord[]): Figures["recoverySeconds"] {
  const found: Figures["recoverySeconds"] = {};
  for (const { alone, recoveries } of rounds) {
    for (const { after, againMs } of recoveries) {
      const name = `${after}${alone ? ", alone" : ""}`;
      const entry = (found[name] ??= { jobs: 0, worst: 0 });
      entry.jobs += 1;
      entry.worst = Math.max(entry.worst, Math.round((againMs ?? Infinity) / 100) / 10);
    }
  }
  return found;
}

function firstAcceptedAfter(ms: number, { submissions }: ChaosResult["evidence"]): number {
  const later = submissions.flatMap(({ acceptedAtMs = 0 }) => (acceptedAtMs >= ms ? [acceptedAtMs] : []));
  return later.length > 0 ? Math.min(...later) : ms;
}

/** While Redis was hit, and neither Mongo nor an API was or had just been. */
function withoutRedis({ submissions, refusals, rounds }: ChaosResult["evidence"]): Figures["withoutRedis"] {
  const away = rounds.filter(hitsRedis);
  const others = rounds.filter(({ target }) => target === "mongo" || isApi(target));
  const isThen = (ms: number) =>
    away.some((round) => touches(round, ms, ms)) && !others.some((round) => touches(round, ms, ms + 2_000, RETURN_MS));
  return {
    submitted: submissions.filter(({ sentAtMs }) => isThen(sentAtMs)).length,
    refused: refusals.filter(({ what, atMs }) => what === "submit" && isThen(atMs)).length,
  };
}

function count(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names.toSorted()) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

/** A table for people: kinds of faults, figures, and what was broken. */
export function renderReport(result: ChaosResult): string {
  const figures = figuresOf(result);
  const { evidence, skipped, violations, seconds, seed } = result;
  const kinds = [...Map.groupBy(evidence.rounds, ({ kind }) => kind)].map(([kind, rounds]) => [
    kind,
    String(rounds.length),
    list(count(rounds.flatMap(({ hits }) => Object.entries(hits).flatMap(([how, n]) => Array<string>(n).fill(how))))),
    `${(rounds.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0) / rounds.length / 1000).toFixed(1)} s`,
  ]);
  const facts: Array<[string, string]> = [
    ["seed", String(seed)],
    ["time", `${seconds} s`],
    ["submitted", `${figures.submitted}, of them accepted ${figures.accepted}, refused ${list(figures.refused)}`],
    ["stored", `${figures.stored}: ${list(figures.ended)}`],
    ["run again", `${figures.ranAgain} jobs, at most ${figures.mostRuns} runs of one`],
    ["hits", `${list(figures.hits)}; ${figures.kills} kills`],
    [
      "running again",
      Object.entries(figures.recoverySeconds)
        .map(([name, { jobs, worst }]) => `${name}: ${jobs} jobs, worst ${worst} s`)
        .join("; "),
    ],
    [
      "Mongo away",
      `slowest 503 after ${figures.slowest503Ms} ms; first 201 at most ${figures.mongoBackMs} ms after its return`,
    ],
    ["Redis away", `${figures.withoutRedis.submitted} submissions, ${figures.withoutRedis.refused} refused`],
    ...(result.deadLetter ? [deadLetterLine(result.deadLetter)] : []),
    ...Object.entries(skipped).map(([kind, why]): [string, string] => [`without ${kind}`, why]),
  ];
  return [
    table([["fault", "rounds", "hits", "on average"], ...kinds]),
    "",
    table(facts),
    "",
    ...charges.flatMap((charge) => {
      const found = violations.filter((violation) => violation.charge === charge);
      const shown = found.slice(0, SHOWN).map(({ what }) => `  ${charge}: ${what}`);
      return found.length > SHOWN ? [...shown, `  ${charge}: and ${found.length - SHOWN} more`] : shown;
    }),
    verdictOf(result),
  ].join("\n");
}

function deadLetterLine({ kills, seconds }: DeadLetterResult): [string, string] {
  return [
    "dead letter",
    kills === undefined ? "not available: the API has none" : `after ${kills} kills, ${seconds} s with its redrive`,
  ];
}

export function verdictOf({ evidence, violations }: ChaosResult): string {
  const numbers = charges.map(
    (charge) => `${violations.filter((violation) => violation.charge === charge).length} ${charge}`,
  );
  const accepted = evidence.submissions.filter(({ acceptedId }) => acceptedId !== undefined).length;
  return `${evidence.rounds.length} rounds, ${accepted} jobs accepted: ${numbers.join(", ")}`;
}

function list(counts: Record<string, number>): string {
  return (
    Object.entries(counts)
      .map(([name, n]) => `${n} ${name}`)
      .join(", ") || "none"
  );
}

function table(rows: string[][]): string {
  const widths = rows.reduce<number[]>(
    (most, row) => row.map((cell, column) => Math.max(most[column] ?? 0, cell.length)),
    [],
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
