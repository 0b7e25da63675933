import type { JobSummary } from "@lambda-lite/shared";

/** "This job changed", told to every process that listens. Delivered at most once: readers re-read. */
export interface JobEvents {
  publish(job: JobSummary): Promise<void>;
  /** Calls `listener` for each event until the returned function is called. */
  subscribe(listener: (job: JobSummary) => void): () => void;
}
