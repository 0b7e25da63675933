import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";

import { stateDir } from "../../lib/paths.ts";
import { runToEnd } from "../../lib/run-to-end.ts";
import { createSetup } from "../../lib/setup.ts";
import type { Setup } from "../../lib/setup.ts";
import { SetupError, describeError } from "../../lib/setup-error.ts";
import { startStack } from "../bench-stack.ts";
import { describeMachine, renderMachine } from "../report.ts";
import type { Distribution } from "../statistics.ts";
import { measureCancels } from "./cancels.ts";
import { measureLiveLogs } from "./followers.ts";
import { measureSockets } from "./sockets.ts";

const usage = `Usage: npm run bench:logs [-- options]

Measures live logs, cancels and sockets on an installation of its own. Takes about six minutes; leave the machine alone.

  --json FILE   the figures (default .lambda-lite/bench-logs-report.json)
`;

async function measure(setup: Setup) {
  const stack = await startStack(setup);
  const { step } = setup.screen;
  await stack.restartWorker({ WORKER_RATE_LIMIT_MAX: "100000", WORKER_CONCURRENCY: "4" });
  // First: memory that others leave behind would hide what a socket takes.
  const sockets = await step("Sockets", () => measureSockets(stack));
  const logs = await step("Followers", () => measureLiveLogs(stack));
  const cancelMs = await step("Cancels", () => measureCancels(stack));
  return { machine: await describeMachine(stack.docker), logs, cancelMs, sockets };
}

function render({ machine, logs, cancelMs, sockets }: Awaited<ReturnType<typeof measure>>): string {
  const { followed, stalled, firstLineMs } = logs;
  const rows: Array<[string, string]> = [
    ...followed.map(({ followers, printedPerSecond, linesPerSecond, durationRatio }): [string, string] => [
      `${followers} followers of a job that prints ${printedPerSecond} lines/s`,
      `${durationRatio} × its duration without, ${linesPerSecond} lines/s to all`,
    ]),
    [
      "10 followers, one of whom reads nothing",
      `${stalled.durationRatio} × its duration with 9, others complete: ${stalled.othersComplete}`,
    ],
    ["First line, printed to heard", spread(firstLineMs)],
    ["Cancel to dead", spread(cancelMs)],
    [
      `${sockets.connected} sockets, update to heard`,
      `${spread(sockets.updateMs)}; ${sockets.heard} of ${sockets.expected}`,
    ],
    ["  and the list", `${sockets.framesPerSecond} frames/s each`],
    ["  idle", `${sockets.idleKb} KB each`],
  ];
  const width = Math.max(...rows.map(([what]) => what.length));
  return [...rows.map(([what, figure]) => `${what.padEnd(width)}  ${figure}`), "", renderMachine(machine)].join("\n");
}

const spread = ({ p50, p99, max, samples }: Distribution) => `p50 ${p50}, p99 ${p99}, most ${max} ms (${samples})`;

function readJsonFile(args: string[]): string | undefined {
  try {
    return parseArgs({ args, options: { json: { type: "string" } } }).values.json;
  } catch (error) {
    throw new SetupError((error as Error).message);
  }
}

async function main(): Promise<number> {
  const args = process.argv.slice(2);
  if (args.includes("--help")) {
    process.stdout.write(usage);
    return 0;
  }
  const file = readJsonFile(args) ?? join(stateDir, "bench-logs-report.json");
  const setup = createSetup("bench", process.env);
  const end = await runToEnd(setup, () => measure(setup));
  if (end.kind !== "done") return 1;
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(end.value, undefined, 2)}\n`);
  setup.screen.line(`\n${render(end.value)}\n\nReport: ${file}`);
  return 0;
}

const code = await main().catch((error: unknown) => {
  process.stderr.write(`${describeError(error)}\n`);
  return 1;
});
process.exit(code);
