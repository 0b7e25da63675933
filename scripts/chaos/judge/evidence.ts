import type { Refusal } from "../load/call-log.ts";
import type { Submission } from "../load/load.ts";
import type { RoundRecord } from "../rounds.ts";
import type { Incident } from "../stack/program.ts";
import type { JobRecord } from "../watch/job-database.ts";
import type { Sighting } from "../watch/job-watcher.ts";
import type { RevivedLease } from "../watch/lease-watcher.ts";

/** Everything that was seen in a run. The judge reads nothing else. */
export interface Evidence {
  submissions: readonly Submission[];
  /** Through the API, by job id. */
  sightings: ReadonlyMap<string, readonly Sighting[]>;
  /** Accepted jobs that the API said don't exist. */
  missing: ReadonlySet<string>;
  /** All jobs in the database, read some seconds apart when everything was over. */
  reads: ReadonlyArray<readonly JobRecord[]>;
  refusals: readonly Refusal[];
  rounds: readonly RoundRecord[];
  incidents: readonly Incident[];
  revivedLeases: readonly RevivedLease[];
  /** Containers, keys and leases that nobody needs any more, a line each. */
  leftovers: readonly string[];
  /** What the scenario of the dead letter found. */
  deadLetterFlaws: readonly string[];
}

export type Charge = "lost" | "doubled" | "wrong" | "left over" | "refused" | "late" | "crashed" | "harness";

/** A broken promise. */
export interface Violation {
  charge: Charge;
  what: string;
}
