import type { Usage } from "@lambda-lite/shared";

/** What the kernel refused a sandbox; undefined where that isn't told. */
export interface Refusals {
  /** New processes and threads, by its process limit. */
  processes: number | undefined;
  /** Memory, by its own limit: the kernel then kills. */
  memory: number | undefined;
}

/** Where the use of one sandbox is read, from outside: a sandbox doesn't tell of itself. Nothing here throws. */
export interface UsageReader {
  /** Since its start. Undefined when it can't be known, or not any more. Cheap: an answer waits for it. */
  read(): Promise<Usage | undefined>;
  /** For the question why a sandbox didn't do what it should. */
  readRefusals(): Promise<Refusals>;
}
