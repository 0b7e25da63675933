import { resolve } from "node:path";
import { parseArgs } from "node:util";

import { root } from "../lib/paths.ts";
import { SetupError } from "../lib/setup-error.ts";
import type { ChaosOptions } from "./chaos-run.ts";
import { allFaults } from "./faults/all-faults.ts";

/** Not a fault of the schedule but a scenario after it. */
const DEAD_LETTER = "dead-letter";
const kinds = [...allFaults.map(({ kind }) => kind), DEAD_LETTER];

export const usage = `Usage: npm run chaos [-- options]

Starts two APIs, three workers and servers of their own, submits jobs, breaks parts by a schedule that the seed makes,
and judges from outside. Ends with 0 only if no promise was broken.

  --seed N         the same seed breaks the same parts at the same times (default: of the clock)
  --rounds N       how many faults (default 100)
  --only A,B       some kinds: ${kinds.join(", ")}
  --json FILE      the report (default .lambda-lite/chaos-report.json)
  --root DIR       run the services of another checkout
  --every-ms N     pause between two submissions (default 550)
  --width N        how many faults at once (default 3)
  --longest-ms N   longest time from a blow to its healing
  --short          beside another run: data of its own, and no dead letter; for npm test

DOCKER_HOST names an engine, which then isn't killed; LAMBDALITE_MONGOD a mongod, as for npm start.
`;

export interface Options {
  help: boolean;
  short: boolean;
  json: string | undefined;
  run: Omit<ChaosOptions, "dir">;
}

/** @throws SetupError naming what is wrong. */
export function readOptions(args: string[]): Options {
  const values = parse(args);
  const only = values.only?.split(",");
  const unknown = only?.filter((kind) => !kinds.includes(kind)) ?? [];
  if (unknown.length > 0) throw new SetupError(`No such fault: ${unknown.join(", ")}. There are: ${kinds.join(", ")}`);
  const longestMs = values["longest-ms"];
  return {
    help: values.help,
    short: values.short,
    json: values.json,
    run: {
      seed: wholeNumber("seed", values.seed ?? String(Date.now() % 1_000_000)),
      rounds: wholeNumber("rounds", values.rounds),
      root: resolve(values.root),
      everyMs: wholeNumber("every-ms", values["every-ms"]),
      width: wholeNumber("width", values.width),
      deadLetter: !values.short && (only?.includes(DEAD_LETTER) ?? true),
      ...(only ? { only } : {}),
      ...(longestMs === undefined ? {} : { longestMs: wholeNumber("longest-ms", longestMs) }),
    },
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        seed: { type: "string" },
        rounds: { type: "string", default: "100" },
        only: { type: "string" },
        json: { type: "string" },
        root: { type: "string", default: root },
        "every-ms": { type: "string", default: "550" },
        width: { type: "string", default: "3" },
        "longest-ms": { type: "string" },
        short: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    throw new SetupError((error as Error).message);
  }
}

function wholeNumber(name: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new SetupError(`--${name} ${text} is not a whole number.`);
  return Number(text);
}
