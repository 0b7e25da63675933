import { runToEnd } from "./lib/run-to-end.ts";
import { createSetup } from "./lib/setup.ts";
import { describeError } from "./lib/setup-error.ts";
import { parseStartArguments, startUsage } from "./stack/arguments.ts";
import { startStack } from "./stack/start-stack.ts";

/** `npm start`: everything on this machine, until Ctrl-C. Exit code 0 when it was asked to stop, 1 otherwise. */
async function main(): Promise<number> {
  const args = parseStartArguments(process.argv.slice(2));
  if (args.help) {
    process.stdout.write(startUsage);
    return 0;
  }
  const setup = createSetup("dev", process.env);
  const end = await runToEnd(setup, async () => {
    await startStack(setup, args);
    await new Promise(() => {}); // until somebody wishes to stop or a program dies
  });
  if (end.kind === "stopped") setup.screen.line("Stopped.");
  return end.kind === "stopped" ? 0 : 1;
}

try {
  process.exit(await main());
} catch (error) {
  process.stderr.write(`${describeError(error)}\n`);
  process.exit(1);
}
