import { z } from "zod";

const KIB = 1024;
const MIB = 1024 * KIB;

/** What one sandbox may use. */
export interface ResourceLimits {
  /** CPU cores, e.g. 0.5. */
  cpus: number;
  /** Memory in MB (MiB, as Docker counts them); no swap. */
  memory: number;
  /** Wall-clock time of the user's code in ms. */
  timeout: number;
  /** Text that is kept of what it prints, in bytes of UTF-8. */
  logBytes: number;
  /** The result, encoded as JSON. */
  resultBytes: number;
  /** Processes and threads. Node alone has 11; 64 leaves room and stops a fork bomb in a millisecond. */
  pids: number;
}

/** The original system's defaults: 1 CPU, 512 MB, 30 s. */
export const DEFAULT_LIMITS: Readonly<ResourceLimits> = {
  cpus: 1,
  memory: 512,
  timeout: 30_000,
  logBytes: MIB,
  resultBytes: MIB,
  pids: 64,
};

/** Longest timeout a job may ask for, in ms: five minutes, after which a batch system serves better. */
export const MAX_TIMEOUT_MS = 300_000;

/**
 * Least and most of each that any installation allows; what a job may ask for here is its operator's decision, within
 * these. Node doesn't start in less than 64 MB, nor in fewer than 16 threads.
 */
export const LIMIT_RANGES: { readonly [Name in keyof ResourceLimits]: readonly [least: number, most: number] } = {
  cpus: [0.1, 64],
  memory: [64, 64 * KIB],
  timeout: [1, MAX_TIMEOUT_MS],
  logBytes: [0, 8 * MIB],
  resultBytes: [2, 8 * MIB],
  pids: [16, 4_096],
};

const within = (name: keyof ResourceLimits) => z.int().min(LIMIT_RANGES[name][0]).max(LIMIT_RANGES[name][1]);

/** Limits as a submission states them. Unknown names are refused: a misspelt limit would limit nothing. */
export const requestedLimitsSchema = z.strictObject({
  cpus: z.number().min(LIMIT_RANGES.cpus[0]).max(LIMIT_RANGES.cpus[1]).optional(),
  memory: within("memory").optional(),
  timeout: within("timeout").optional(),
  logBytes: within("logBytes").optional(),
  resultBytes: within("resultBytes").optional(),
  pids: within("pids").optional(),
});

/** Limits as a job shows them. Open to more: an older reader must understand a newer writer. */
export const resourceLimitsSchema = z.object({
  cpus: z.number(),
  memory: z.number(),
  timeout: z.number(),
  logBytes: z.number().default(DEFAULT_LIMITS.logBytes),
  resultBytes: z.number().default(DEFAULT_LIMITS.resultBytes),
  pids: z.number().default(DEFAULT_LIMITS.pids),
}) satisfies z.ZodType<ResourceLimits>;

/** Byte limits that are the same for every job. The sizes are those of UTF-8 text. */
export const SIZE_LIMITS = {
  codeBytes: 256 * KIB,
  /** Arguments, encoded as one JSON array. */
  argsBytes: MIB,
  logLineBytes: 64 * KIB,
  /** The error text: ten stack frames and a message. Lists and events carry it, so it stays small. */
  errorBytes: 8 * KIB,
} as const;

/**
 * Everything of one job is stored in one Mongo document, and Mongo refuses documents over 16 MiB
 * (https://www.mongodb.com/docs/manual/reference/limits/). 15 MB leaves room for the other fields.
 */
export const MAX_DOCUMENT_BYTES = 15_000_000;

/** Most bytes of one job's bodies, when it may ask for these. */
export function largestDocumentBytes({
  logBytes,
  resultBytes,
}: Pick<ResourceLimits, "logBytes" | "resultBytes">): number {
  const { codeBytes, argsBytes, errorBytes } = SIZE_LIMITS;
  return codeBytes + argsBytes + resultBytes + logBytes + errorBytes;
}
