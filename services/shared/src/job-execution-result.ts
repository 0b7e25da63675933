import type { Exit } from "./exit-reason.ts";
import type { LogSpans } from "./job-logs.ts";
import type { JsonValue } from "./json.ts";
import type { Usage } from "./usage.ts";

/** What one execution in a sandbox came to. Status and numbers are the worker's, never the sandbox's own. */
export interface JobExecutionResult {
  success: boolean;
  /** Present (perhaps null) when `success`. */
  result?: JsonValue;
  /** stdout and stderr in order, cut at the log limit with a note saying so. */
  logs: string;
  /** Which parts of `logs` are stderr's. */
  logSpans?: LogSpans;
  /** Absent when `success`. */
  error?: string;
  exit: Exit;
  /** From the header written to the result received, in ms. */
  executionTime: number;
  /** From asking for a sandbox to one that can take the code, in ms; 0 when it was warm. */
  sandboxStartTime: number;
  /** Absent when it couldn't be read. */
  usage?: Usage;
  /** Content address of the image that it ran in: `sha256:…`. */
  imageDigest?: string;
}
