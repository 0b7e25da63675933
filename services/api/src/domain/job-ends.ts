import type { Clock, JobEvents, JobStore } from "@lambda-lite/backplane/ports";
import { isTerminal } from "@lambda-lite/shared";
import type { JobSummary } from "@lambda-lite/shared";
import type { Logger } from "pino";
import { createWatchedJobs } from "./watched-jobs.ts";

/** Tells when jobs end, by their events, and where those are lost by reading again. */
export interface JobEnds {
  /**
   * Calls `listener` once, with the ended job, unless the returned function was called before; without it when this
   * process ends and nothing is heard any more.
   */
  onEnd(jobId: string, listener: EndListener): () => void;
  /** Resolves when the job has ended, the time is over, or nobody waits any more. A job that ended before isn't noticed. */
  wait(jobId: string, timeoutMs: number, signal: AbortSignal): Promise<void>;
  /** Whoever waits is told as if its job had ended. May be called again. */
  stop(): Promise<void>;
}

type EndListener = (job?: JobSummary) => void;

export function createJobEnds(deps: {
  events: JobEvents;
  jobs: Pick<JobStore, "findSummaries">;
  clock: Clock;
  logger: Logger;
}): JobEnds {
  const { events, jobs, clock, logger } = deps;
  const listeners = new Map<string, Set<EndListener>>();

  function tell(job: JobSummary): void {
    if (!isTerminal(job.status)) return;
    const all = listeners.get(job.id) ?? [];
    listeners.delete(job.id);
    for (const listener of all) listener(job);
  }

  const watched = createWatchedJobs({ watched: () => [...listeners.keys()], jobs, tell, clock, logger });
  watched.start();
  const unsubscribe = events.subscribe(tell);

  function onEnd(jobId: string, listener: EndListener): () => void {
    const all = listeners.get(jobId) ?? new Set();
    listeners.set(jobId, all.add(listener));
    return () => {
      all.delete(listener);
      if (all.size === 0 && listeners.get(jobId) === all) listeners.delete(jobId);
    };
  }

  return {
    onEnd,
    async wait(jobId, timeoutMs, signal) {
      const over = new AbortController();
      const forget = onEnd(jobId, () => over.abort());
      await clock.sleep(timeoutMs, AbortSignal.any([signal, over.signal]));
      forget();
    },
    async stop() {
      unsubscribe();
      await watched.stop();
      const waiting = [...listeners.values()];
      listeners.clear();
      for (const all of waiting) for (const listener of all) listener();
    },
  };
}
