import { z } from "zod";

/** What one sandbox may use. */
export interface ResourceLimits {
  /** CPU cores, e.g. 0.5. */
  cpus: number;
  /** Memory in MB (MiB, as Docker counts them); no swap. */
  memory: number;
  /** Wall-clock time of the user's code in ms. */
  timeout: number;
}

/** The original system's defaults: 1 CPU, 512 MB, 30 s. */
export const DEFAULT_LIMITS: Readonly<ResourceLimits> = { cpus: 1, memory: 512, timeout: 30_000 };

/** Longest timeout a job may ask for, in ms: five minutes, after which a batch system serves better. */
export const MAX_TIMEOUT_MS = 300_000;

export const resourceLimitsSchema = z.strictObject({
  cpus: z.number().positive(),
  memory: z.int().positive(),
  timeout: z.int().min(1).max(MAX_TIMEOUT_MS),
}) satisfies z.ZodType<ResourceLimits>;

const KIB = 1024;
const MIB = 1024 * KIB;

/** Byte limits of one job. The sizes are those of UTF-8 text. */
export const SIZE_LIMITS = {
  codeBytes: 256 * KIB,
  /** Arguments, encoded as one JSON array. */
  argsBytes: MIB,
  /** The result, encoded as JSON. */
  resultBytes: MIB,
  logBytes: MIB,
  logLineBytes: 64 * KIB,
  /** The error text: ten stack frames and a message. Lists and events carry it, so it stays small. */
  errorBytes: 8 * KIB,
} as const;

/**
 * Everything of one job is stored in one Mongo document, and Mongo refuses documents over 16 MiB
 * (https://www.mongodb.com/docs/manual/reference/limits/). 15 MB leaves room for the other fields.
 */
export const MAX_DOCUMENT_BYTES = 15_000_000;
