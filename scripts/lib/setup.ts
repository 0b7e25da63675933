import { join } from "node:path";

import type { Environment } from "./environment.ts";
import { readEnvironment } from "./environment.ts";
import { checkoutId, runtimeDir, stateDir, toolCacheDir } from "./paths.ts";
import { createPidFiles } from "./pid-files.ts";
import type { PidFiles } from "./pid-files.ts";
import { createScreen } from "./screen.ts";
import type { Screen } from "./screen.ts";
import { listenForStop } from "./stop-signals.ts";
import type { StopSignals } from "./stop-signals.ts";
import { createSupervisor } from "./supervisor.ts";
import type { Supervisor } from "./supervisor.ts";

/** What every part of the two commands works with. */
export interface Setup {
  screen: Screen;
  supervisor: Supervisor;
  pidFiles: PidFiles;
  stop: StopSignals;
  environment: Environment;
  /** Of our own process; what children get is derived from it. */
  processEnv: NodeJS.ProcessEnv;
  isRoot: boolean;
  cacheDir: string;
  /** Of this checkout and purpose; sockets of our Docker engine. */
  runtimeDir: string;
  /** Distinguishes containers of ours by checkout and purpose. */
  instance: string;
}

/** `purpose` keeps `npm start`, `npm test` and the cluster test of one checkout apart: they may run at the same time. */
export function createSetup(
  purpose: "dev" | "test" | "cluster" | "chaos" | "chaos-short" | "bench",
  processEnv: NodeJS.ProcessEnv,
): Setup {
  const screen = createScreen();
  const pidFiles = createPidFiles(join(stateDir, "pids", purpose));
  const supervisor = createSupervisor({ screen, pidFiles, logDir: join(stateDir, "logs", purpose) });
  const isRoot = process.getuid?.() === 0;
  return {
    screen,
    supervisor,
    pidFiles,
    stop: listenForStop(() => supervisor.killAll()),
    environment: readEnvironment(processEnv),
    processEnv,
    isRoot,
    cacheDir: toolCacheDir(processEnv),
    runtimeDir: join(runtimeDir(processEnv, isRoot), purpose),
    instance: `lambda-lite-${checkoutId}-${purpose}`,
  };
}
