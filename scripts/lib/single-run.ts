import { setTimeout as sleep } from "node:timers/promises";

import type { Setup } from "./setup.ts";
import { SetupError } from "./setup-error.ts";
import { stopLeftovers } from "./supervisor.ts";

/** Our own entry among the pid files. */
const ourName = "main";
const stopsWithinMs = 60_000;

/**
 * One run of each command per checkout, because its data folders can have only one user. Another run that is alive
 * is an error or is waited for; what a dead one left behind is stopped.
 */
export async function becomeTheOnlyRun(setup: Setup, command: string, whenBusy: "fail" | "wait"): Promise<void> {
  for (let told = false; ; told = true) {
    const other = (await setup.pidFiles.leftovers()).find(({ name }) => name === ourName);
    if (!other) break;
    if (whenBusy === "fail") {
      throw new SetupError(
        `${command} of this checkout is running already (pid ${other.pid}). Stop it with Ctrl-C there, or with: kill ${other.pid}`,
      );
    }
    if (!told) setup.screen.line(`Waiting for another ${command} of this checkout to end (pid ${other.pid}) ...`);
    await sleep(1_000, undefined, { signal: setup.stop.signal });
  }
  await stopLeftovers(setup.pidFiles, setup.screen);
  await setup.pidFiles.write(ourName, process.pid, stopsWithinMs);
  setup.supervisor.defer("pid file", () => setup.pidFiles.remove(ourName));
}
