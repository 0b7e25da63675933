import { z } from "zod";
import { jobStatusSchema } from "./job-status.ts";

/** Largest page of a list. */
export const MAX_PAGE_SIZE = 100;
/** Skipping costs the server a walk over what is skipped: 100 pages of 100 are the exact total's cap. */
const MAX_PAGE = 10_000;

const wholeNumber = (max: number) =>
  z
    .string()
    .regex(/^[0-9]{1,9}$/, "must be a whole number")
    .transform(Number)
    .pipe(z.int().min(1).max(max));

/** The query of a list, as strings, the way a URL carries it. */
export const pageQuerySchema = z.strictObject({
  page: wholeNumber(MAX_PAGE).default(1),
  limit: wholeNumber(MAX_PAGE_SIZE).default(10),
});
export type PageQuery = z.output<typeof pageQuerySchema>;

/** The query of `GET /api/jobs`. */
export const jobQuerySchema = pageQuerySchema.extend({ status: jobStatusSchema.optional() });
export type JobQuery = z.output<typeof jobQuerySchema>;

/** Job ids are Mongo ObjectIds in hex. */
export const jobIdSchema = z.string().regex(/^[0-9a-f]{24}$/, "must be 24 lower-case hex digits");
