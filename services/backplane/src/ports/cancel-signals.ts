/** "This running job shall end", to whichever worker runs it. At most once: the worker's lease tick reads the wish too. */
export interface CancelSignals {
  publish(jobId: string): Promise<void>;
  /** Calls `listener` for each wish until the returned function is called. */
  subscribe(listener: (jobId: string) => void): () => void;
}
