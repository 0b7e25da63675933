import { z } from "zod";

export const DEFAULT_POOL = "default";

/** Names that survive being part of a Redis key, a Kubernetes label and a file name. */
export const poolNameSchema = z
  .string()
  .regex(/^[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?$/, "must be a lower-case DNS label of at most 40 characters");

/**
 * The one place where a queue name is made: `jobs` for the default pool, `jobs-<pool>` for others.
 * @throws {z.ZodError} when `pool` is not a pool name.
 */
export function queueName(pool: string): string {
  const name = poolNameSchema.parse(pool);
  return name === DEFAULT_POOL ? "jobs" : `jobs-${name}`;
}

/** Name of the BullMQ jobs in every queue. */
export const EXECUTE_JOB = "execute";

/**
 * Key prefix of BullMQ's own keys in Redis; the autoscaler reads `bull:jobs:wait` and its siblings
 * (BullMQ's default prefix, so that its dashboards find the queues too).
 */
export const DEFAULT_REDIS_PREFIX = "bull";
