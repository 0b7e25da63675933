import { z } from "zod";
import { jsonValueSchema, storedJsonSchema, utf8Length } from "./json.ts";
import { MAX_TIMEOUT_MS, requestedLimitsSchema, SIZE_LIMITS } from "./resource-limits.ts";
import { retryPolicySchema } from "./retry-policy.ts";

const code = z
  .string()
  .refine((text) => text.trim() !== "", "must not be empty or blank")
  // Storing it as UTF-8 would silently replace what isn't a character.
  .refine((text) => text.isWellFormed(), "must not contain lone surrogates")
  .refine(
    (text) => utf8Length(text) <= SIZE_LIMITS.codeBytes,
    `must be at most ${SIZE_LIMITS.codeBytes} bytes of UTF-8`,
  );

// Two steps, so that the depth is known to be safe before the whole is encoded.
const args = z
  .array(jsonValueSchema)
  .pipe(
    z
      .array(storedJsonSchema)
      .refine(
        (values) => utf8Length(JSON.stringify(values)) <= SIZE_LIMITS.argsBytes,
        `must be at most ${SIZE_LIMITS.argsBytes} bytes of JSON`,
      ),
  );

/** Longest that a job may be put off, in ms: a year. What is to happen later is a calendar's business. */
export const MAX_DELAY_MS = 366 * 24 * 60 * 60 * 1_000;

/**
 * What a person sends to have code run. Unknown keys are refused: a misspelt limit that is silently
 * ignored is worse than an error.
 */
export const jobSubmissionSchema = z
  .strictObject({
    /** JavaScript that defines `main(...args)`. At most 256 KiB. */
    code,
    /** Passed to `main`. At most 1 MiB encoded. */
    args: args.default([]),
    /** Wall-clock limit in ms, 1…300,000: short for `limits.timeout`. */
    timeout: z.int().min(1).max(MAX_TIMEOUT_MS).optional(),
    /** What its sandbox may use, within what the operator allows; what isn't said is as usual. */
    limits: requestedLimitsSchema.optional(),
    /** Not to be run before, ISO 8601 with an offset or `Z`. One that is past means now. */
    runAt: z.iso.datetime({ offset: true, error: "must be a time such as 2026-01-31T12:00:00Z" }).optional(),
    /** Not to be run before so many ms are over, by the database's clock. */
    delayMs: z.int().min(0).max(MAX_DELAY_MS).optional(),
    /** Run it again when its own code fails. Without it a failure of the code is final. */
    retry: retryPolicySchema.optional(),
  })
  .refine(({ timeout, limits }) => timeout === undefined || limits?.timeout === undefined, {
    path: ["timeout"],
    message: "can't be given together with limits.timeout",
  })
  .refine(({ runAt, delayMs }) => runAt === undefined || delayMs === undefined, {
    path: ["runAt"],
    message: "can't be given together with delayMs",
  });

/** The header `Idempotency-Key`: a client's name for one submission (draft-ietf-httpapi-idempotency-key-header). */
export const idempotencyKeySchema = z.string().regex(/^[\x20-\x7e]{1,255}$/);

/** As sent: the defaults may be left out. */
export type JobSubmission = z.input<typeof jobSubmissionSchema>;
/** As validated: complete. */
export type ValidJobSubmission = z.output<typeof jobSubmissionSchema>;
