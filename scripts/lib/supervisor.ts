import { startProcess } from "./managed-process.ts";
import type { ManagedProcess, ProcessEnd, ProcessSpec } from "./managed-process.ts";
import { stopLeftover } from "./pid-files.ts";
import type { PidFiles } from "./pid-files.ts";
import { createReleaseStack } from "./release-stack.ts";
import type { Screen } from "./screen.ts";
import { describeError, SetupError } from "./setup-error.ts";

/** What one script started. Everything is stopped in the reverse order of its start, the Docker engine last. */
export interface Supervisor {
  start(spec: ProcessSpec): Promise<ManagedProcess>;
  /** For what isn't a process of ours: a container, a folder. */
  defer(name: string, undo: () => Promise<void>): void;
  /** The first program that ended without being told to; never resolves otherwise. */
  readonly died: Promise<SetupError>;
  /** The work's outcome, or the death as an error if a program dies first. */
  whileAlive<T>(work: Promise<T>): Promise<T>;
  /** Says that something which isn't a process of ours ended. */
  reportDeath(reason: string): void;
  stopAll(): Promise<void>;
  /** Doesn't wait for anything. */
  killAll(): void;
}

export interface SupervisorDeps {
  screen: Screen;
  pidFiles: PidFiles;
  logDir: string;
}

export function createSupervisor({ screen, pidFiles, logDir }: SupervisorDeps): Supervisor {
  const releases = createReleaseStack();
  const running = new Set<ManagedProcess>();
  const death = Promise.withResolvers<SetupError>();
  let stopping = false;

  return {
    died: death.promise,
    defer: releases.defer,
    whileAlive: (work) => Promise.race([work, death.promise.then((error) => Promise.reject(error))]),
    reportDeath: (reason) => {
      if (!stopping) death.resolve(new SetupError(reason));
    },
    async start(spec) {
      if (stopping) throw new SetupError(`${spec.name}: not started, we are stopping`);
      const managed = await startProcess(spec, { logDir, show: screen.log });
      running.add(managed);
      releases.defer(spec.name, async () => {
        await managed.stop();
        await pidFiles.remove(spec.name);
      });
      void managed.ended.then((end) => {
        running.delete(managed);
        if (!stopping) death.resolve(new SetupError(describeDeath(managed, end)));
      });
      await pidFiles.write(spec.name, managed.pid, spec.graceMs);
      return managed;
    },
    async stopAll() {
      stopping = true;
      await releases.releaseAll((name, error) => screen.warn(`${name}: ${describeError(error)}`));
    },
    killAll() {
      stopping = true;
      for (const managed of running) managed.kill();
    },
  };
}

function describeDeath(managed: ManagedProcess, { code, signal }: ProcessEnd): string {
  const how = signal ? `by ${signal}` : `with exit code ${code}`;
  const lines = managed.lastLines().map((line) => `  ${line}`);
  return [`${managed.name} (pid ${managed.pid}) ended ${how}. Its last lines:`, ...lines].join("\n");
}

/** Ends what an earlier life left behind, in the reverse order of its start. */
export async function stopLeftovers(pidFiles: PidFiles, screen: Screen): Promise<void> {
  for (const leftover of (await pidFiles.leftovers()).reverse()) {
    await screen.step(`Stopping ${leftover.name} (pid ${leftover.pid}), left by an earlier run`, () =>
      stopLeftover(leftover),
    );
    await pidFiles.remove(leftover.name);
  }
}
