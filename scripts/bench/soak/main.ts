import { runToEnd } from "../../lib/run-to-end.ts";
import { createSetup } from "../../lib/setup.ts";
import { describeError } from "../../lib/setup-error.ts";
import { brokenBounds, runSoak } from "./soak.ts";
import type { SoakResult } from "./soak.ts";

const usage = `Usage: npm run bench:soak

2,000 jobs through one worker: what grows, and what is left. Ends with 0 only if nothing does. Takes about six minutes.
`;

function render(result: SoakResult): string {
  const { jobs, containers, residentMb, descriptors, leftContainers, leftGroups, perSecond } = result;
  return [
    `${jobs} jobs, ${perSecond}/s, in ${containers} containers`,
    `Memory of the worker: ${residentMb.before} MB after the first 200 jobs, ${residentMb.after} MB at the end, most ${residentMb.most} MB`,
    `Its descriptors: ${descriptors.before}, then ${descriptors.after}`,
    `Left: ${leftContainers} containers, ${leftGroups} control groups`,
    ...brokenBounds(result).map((bound) => `BROKEN: ${bound}`),
  ].join("\n");
}

async function main(): Promise<number> {
  if (process.argv.includes("--help")) {
    process.stdout.write(usage);
    return 0;
  }
  const setup = createSetup("bench", process.env);
  const end = await runToEnd(setup, () => runSoak(setup));
  if (end.kind !== "done") return 1;
  setup.screen.line(`\n${render(end.value)}`);
  return brokenBounds(end.value).length === 0 ? 0 : 1;
}

const code = await main().catch((error: unknown) => {
  process.stderr.write(`${describeError(error)}\n`);
  return 1;
});
process.exit(code);
