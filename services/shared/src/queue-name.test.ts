import fc from "fast-check";
import { expect, test } from "vitest";
import { poolNameSchema, queueName } from "./queue-name.ts";

test.each([
  ["default", "jobs"],
  ["gpu", "jobs-gpu"],
  ["a", "jobs-a"],
  ["eu-west-1", "jobs-eu-west-1"],
])("pool %s queues in %s", (pool, queue) => {
  expect(queueName(pool)).toBe(queue);
});

test.each(["", "GPU", "-a", "a-", "a_b", "a:b", "a b", "a.b", "é", "a\n", "x".repeat(41)])("%j is no pool", (pool) => {
  expect(() => queueName(pool)).toThrow();
});

test("different pools never share a queue, and a name can be part of a Redis key", () => {
  const pool = fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?$/);
  fc.assert(
    fc.property(pool, pool, (a, b) => {
      expect(poolNameSchema.safeParse(a).success).toBe(true);
      expect(queueName(a)).toMatch(/^[-a-z0-9]+$/);
      expect(queueName(a) === queueName(b)).toBe(a === b);
    }),
  );
});
