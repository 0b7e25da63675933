import { parseArgs } from "node:util";

import { SetupError } from "../lib/setup-error.ts";

export const usage = `Usage: npm run bench [-- options]

Measures an installation of its own beside what the Docker engine itself can do, in one run, by turns, because machines
are noisy: read the ratios first. Takes about a quarter of an hour; leave the machine alone meanwhile.

  --json FILE      the figures (default .lambda-lite/bench-report.json)
  --picture FILE   where a job's time goes, as an SVG
  --samples N      jobs at one a second through the warm path (default 300)
  --pairs N        containers of each side, one by one (default 30)
  --blocks N       turns of each side at its best throughput (default 6)
  --quick          a short look: 30 samples, 8 pairs, 2 blocks

DOCKER_HOST, MONGO_URL, REDIS_URL and LAMBDALITE_MONGOD as for npm start.
`;

export interface BenchOptions {
  /** Jobs through the warm path, one a second. */
  samples: number;
  /** Containers of each side, one by one. */
  pairs: number;
  /** Turns of each side at its best throughput. */
  blocks: number;
}

export interface Options extends BenchOptions {
  help: boolean;
  json: string | undefined;
  picture: string | undefined;
}

/** @throws SetupError naming what is wrong. */
export function readOptions(args: string[]): Options {
  const { help, json, picture, quick, samples, pairs, blocks } = parse(args);
  const usual = quick ? { samples: 30, pairs: 8, blocks: 2 } : { samples: 300, pairs: 30, blocks: 6 };
  return {
    help,
    json,
    picture,
    samples: count("samples", samples) ?? usual.samples,
    pairs: count("pairs", pairs) ?? usual.pairs,
    blocks: count("blocks", blocks) ?? usual.blocks,
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        json: { type: "string" },
        picture: { type: "string" },
        samples: { type: "string" },
        pairs: { type: "string" },
        blocks: { type: "string" },
        quick: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    throw new SetupError((error as Error).message);
  }
}

function count(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,4}$/.test(text)) throw new SetupError(`--${name} ${text} is not a number from 1 to 99999.`);
  return Number(text);
}
