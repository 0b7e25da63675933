import type { Usage } from "@lambda-lite/shared";

/** What a sandbox has used since its start, as its counters say. */
export interface UsageReading extends Usage {
  /** New processes and threads that its process limit refused; undefined where that isn't told. */
  refusedProcesses?: number;
  /** Processes that the kernel killed for want of memory; undefined where that isn't told. */
  oomKills?: number;
}

/** Where the use of one sandbox is read, from outside: a sandbox doesn't tell of itself. */
export interface UsageReader {
  /** Undefined when it can't be known, or not any more. Never throws. */
  read(): Promise<UsageReading | undefined>;
}
