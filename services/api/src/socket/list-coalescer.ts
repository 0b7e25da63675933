import type { JobListItem } from "@lambda-lite/shared";

/** Time between frames to a list, in ms: ten a second look smooth and cost little. */
const FRAME_MS = 100;
/** After a time without changes the first of many is told so much later, in ms, together with those that come with it. */
const GATHER_MS = 20;
/** Most jobs in one frame: a page shows a hundred at most. */
const MAX_JOBS = 100;

/**
 * Gathers changes of an owner's jobs into frames: the latest state of each job, at most ten frames a
 * second, whatever the number of changes.
 */
export function createListCoalescer(emit: (owner: string, jobs: JobListItem[]) => void) {
  const pending = new Map<string, Map<string, JobListItem>>();
  let timer: NodeJS.Timeout | undefined;
  /** When the next frame is due. One that's late doesn't put the next one off, else there were eight a second. */
  let dueMs = 0;

  function flush(): void {
    timer = undefined;
    const nowMs = performance.now();
    dueMs = (nowMs - dueMs < FRAME_MS ? dueMs : nowMs) + FRAME_MS;
    for (const [owner, jobs] of pending) emit(owner, [...jobs.values()].slice(-MAX_JOBS));
    pending.clear();
  }

  return {
    add(job: JobListItem): void {
      const jobs = pending.get(job.owner) ?? new Map<string, JobListItem>();
      const known = jobs.get(job.id);
      if (known && known.revision > job.revision) return;
      // Last in the map is last to change.
      jobs.delete(job.id);
      jobs.set(job.id, job);
      pending.set(job.owner, jobs);
      timer ??= setTimeout(flush, Math.max(GATHER_MS, dueMs - performance.now())).unref();
    },
    close(): void {
      clearTimeout(timer);
      pending.clear();
    },
  };
}
