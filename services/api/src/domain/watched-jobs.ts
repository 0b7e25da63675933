import type { Clock, JobStore } from "@lambda-lite/backplane/ports";
import { isTerminal } from "@lambda-lite/shared";
import type { JobSummary } from "@lambda-lite/shared";
import type { Logger } from "pino";

/** How often watched jobs are read again, in ms. */
const REREAD_MS = 5_000;
/** Most jobs in one read. */
const BATCH = 500;

/**
 * Repairs what events lose. Their sender may be killed between its write and its event, and Redis keeps nothing for
 * who wasn't connected; so the jobs that somebody here watches and that haven't ended are read again now and then.
 */
export function createWatchedJobs(deps: {
  /** Ids of the jobs that somebody watches. */
  watched: () => string[];
  jobs: Pick<JobStore, "findSummaries">;
  tell: (job: JobSummary) => void;
  clock: Clock;
  logger: Logger;
}) {
  const { watched, jobs, tell, clock, logger } = deps;
  const stopping = new AbortController();
  /** Newest revision told of each watched job; infinite once it has ended. */
  const told = new Map<string, number>();
  let loop: Promise<void> = Promise.resolve();

  function isNews(job: JobSummary): boolean {
    if (job.revision <= (told.get(job.id) ?? 0)) return false;
    told.set(job.id, isTerminal(job.status) ? Number.POSITIVE_INFINITY : job.revision);
    return true;
  }

  async function reread(): Promise<void> {
    const ids = new Set(watched());
    for (const id of told.keys()) if (!ids.has(id)) told.delete(id);
    const open = [...ids].filter((id) => told.get(id) !== Number.POSITIVE_INFINITY);
    for (let at = 0; at < open.length; at += BATCH) {
      for (const job of await jobs.findSummaries(open.slice(at, at + BATCH))) {
        if (isNews(job)) tell(job);
      }
    }
  }

  return {
    /** Whether an event that just came is to be told; false when it was overtaken by a newer state, or told already. */
    isNews,
    start() {
      loop = (async () => {
        while (!stopping.signal.aborted) {
          await clock.sleep(REREAD_MS, stopping.signal);
          if (!stopping.signal.aborted) await reread().catch((err) => logger.debug({ err }, "watched jobs not read"));
        }
      })();
    },
    async stop() {
      stopping.abort();
      await loop;
    },
  };
}
