import { z } from "zod";

/** Stable codes of errors: clients may switch on them. The HTTP status belongs to the code. */
export const PROBLEMS = {
  INVALID_JSON: { status: 400, title: "The body is not valid JSON" },
  VALIDATION_FAILED: { status: 400, title: "The request is not valid" },
  BAD_REQUEST: { status: 400, title: "The request can't be understood" },
  UNAUTHENTICATED: { status: 401, title: "An API key is required" },
  FORBIDDEN_ORIGIN: { status: 403, title: "This origin may not use the API" },
  JOB_NOT_FOUND: { status: 404, title: "There is no such job" },
  DEAD_LETTER_NOT_FOUND: { status: 404, title: "There is no such dead letter" },
  QUEUE_NOT_FOUND: { status: 404, title: "There is no such queue" },
  ROUTE_NOT_FOUND: { status: 404, title: "There is nothing at this address" },
  METHOD_NOT_ALLOWED: { status: 405, title: "This address doesn't take that method" },
  JOB_ALREADY_ENDED: { status: 409, title: "The job has ended already" },
  IDEMPOTENCY_CONFLICT: { status: 409, title: "This Idempotency-Key was used for another submission" },
  PAYLOAD_TOO_LARGE: { status: 413, title: "The body is too large" },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, title: "The body must be application/json in UTF-8" },
  INTERNAL: { status: 500, title: "Something went wrong here" },
  STORE_UNAVAILABLE: { status: 503, title: "The job store can't be reached; try again" },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof PROBLEMS;

/** RFC 9457 problem details, with a stable `code` and, for validation, what is wrong where. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.string().optional(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});
export type Problem = z.infer<typeof problemSchema>;

/** Media type of problems (RFC 9457 section 6.1). */
export const PROBLEM_MEDIA_TYPE = "application/problem+json";
