import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { stateDir } from "../lib/paths.ts";
import { runToEnd } from "../lib/run-to-end.ts";
import { createSetup } from "../lib/setup.ts";
import type { Setup } from "../lib/setup.ts";
import { describeError } from "../lib/setup-error.ts";
import { startStack } from "./bench-stack.ts";
import { measureBurst } from "./burst.ts";
import { measureContainerCost } from "./container-cost.ts";
import { measureLevers } from "./levers.ts";
import { measureOneByOne } from "./one-by-one.ts";
import { readOptions, usage } from "./options.ts";
import type { BenchOptions } from "./options.ts";
import { drawPicture } from "./picture.ts";
import { describeMachine, render, toJson } from "./report.ts";
import type { Machine, Measurements } from "./report.ts";
import { measureRunnerStart } from "./runner-start.ts";
import { openSides } from "./sides.ts";
import { measureSustained } from "./throughput.ts";
import { measureWarm } from "./warm.ts";

async function measure(setup: Setup, options: BenchOptions): Promise<{ machine: Machine; measured: Measurements }> {
  const stack = await startStack(setup);
  const { step } = setup.screen;
  const sides = await openSides(stack);
  setup.supervisor.defer("measured sandboxes", sides.close);
  const runnerStart = await step("Runner's start", measureRunnerStart);
  const oneByOne = await step("One container at a time", () => measureOneByOne(sides, options.pairs));
  const containerCost = await step("CPU of a container", () => measureContainerCost(sides));
  const levers = await step("What single bricks of the wall cost", () =>
    measureLevers(stack.docker, stack.sandboxImage, sides),
  );
  const burst = await step("Burst", () => measureBurst(stack));
  const warm = await step("Warm jobs, one a second", () => measureWarm(stack, options.samples));
  // Last: by now the API has settled in, as it has in whatever lasts.
  const sustained = await step("Sustained throughput", () => measureSustained(stack, sides, options.blocks));
  const machine = await describeMachine(stack.docker);
  return { machine, measured: { oneByOne, warm, sustained, burst, runnerStart, containerCost, levers } };
}

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(usage);
    return 0;
  }
  const setup = createSetup("bench", process.env);
  const end = await runToEnd(setup, () => measure(setup, options));
  if (end.kind !== "done") return 1;
  const { machine, measured } = end.value;
  const file = options.json ?? join(stateDir, "bench-report.json");
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(toJson(machine, measured), undefined, 2)}\n`);
  if (options.picture) await writeFile(options.picture, drawPicture(measured));
  setup.screen.line(`\n${render(machine, measured)}\n\nReport: ${file}`);
  return 0;
}

const code = await main().catch((error: unknown) => {
  process.stderr.write(`${describeError(error)}\n`);
  return 1;
});
process.exit(code);
