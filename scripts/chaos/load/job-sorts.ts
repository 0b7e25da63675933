import type { SeededRandom } from "../seeded-random.ts";

/** Far longer than any job takes: a frozen worker must not look like a job that is too slow. */
const PATIENT_MS = 120_000;
const LARGE_BYTES = 200_000;

/** How a job shall end; what isn't said may be anything. */
export interface Expected {
  status: "COMPLETED" | "FAILED";
  exitReason: string;
  /** Part of the error's text. */
  error?: string;
  /** Length of the text in its result. */
  textLength?: number;
  /** It can't end sooner after its start. */
  atLeastMs: number;
}

export interface PlannedJob {
  /** Of its submission: in its arguments, so that a document tells which submission it is of. */
  number: number;
  sort: string;
  code: string;
  args: unknown[];
  timeout: number;
  expected: Expected;
}

/**
 * The result holds the number, its square, and a token that is another one in each run: a second outcome can't look
 * like the first.
 */
const answering = `function main(number, ms, length) {
  const token = String(Math.random()) + Math.random();
  const answer = { number, square: number * number, token, text: "x".repeat(length) };
  return new Promise((resolve) => setTimeout(() => resolve(answer), ms));
}`;
const throwing = `function main(number, ms) {
  return new Promise((_, reject) => setTimeout(() => reject(new Error("as planned: " + number)), ms));
}`;
const endless = "function main() { return new Promise((resolve) => setTimeout(resolve, 600000)); }";

const completed = (number: number, ms: number, length: number): Omit<PlannedJob, "number" | "sort"> => ({
  code: answering,
  args: [number, ms, length],
  timeout: PATIENT_MS,
  expected: { status: "COMPLETED", exitReason: "OK", textLength: length, atLeastMs: ms },
});

/** How often each sort comes, of 20. */
const sorts: Array<{
  sort: string;
  share: number;
  make(number: number, random: SeededRandom): Omit<PlannedJob, "number" | "sort">;
}> = [
  { sort: "quick", share: 5, make: (number) => completed(number, 0, 0) },
  { sort: "sleeping", share: 10, make: (number, random) => completed(number, random.integer(1_000, 8_000), 0) },
  { sort: "large", share: 2, make: (number) => completed(number, 0, LARGE_BYTES) },
  {
    sort: "throwing",
    share: 2,
    make: (number, random) => {
      const ms = random.integer(0, 1_000);
      const expected = { error: `as planned: ${number}`, exitReason: "USER_ERROR", atLeastMs: ms };
      return { code: throwing, args: [number, ms], timeout: PATIENT_MS, expected: { status: "FAILED", ...expected } };
    },
  },
  {
    sort: "endless",
    share: 1,
    make: (number) => ({
      code: endless,
      args: [number],
      timeout: 1_000,
      expected: { status: "FAILED", exitReason: "TIMEOUT", atLeastMs: 1_000 },
    }),
  },
];
const deck = sorts.flatMap((entry) => Array.from({ length: entry.share }, () => entry));

/** An endless row of jobs, the same for the same seed. */
export function* planJobs(random: SeededRandom): Generator<PlannedJob, never> {
  for (let number = 1; ; number += 1) {
    const { sort, make } = random.pick(deck);
    yield { number, sort, ...make(number, random) };
  }
}
