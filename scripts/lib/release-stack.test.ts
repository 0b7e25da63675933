import { expect, test } from "vitest";

import { createReleaseStack } from "./release-stack.ts";

test("undoes the latest first, to the end, also past one that fails and for one that comes late", async () => {
  const order: string[] = [];
  const errors: string[] = [];
  const stack = createReleaseStack();
  const undo = (name: string) => async () => void order.push(name);
  stack.defer("a", undo("a"));
  stack.defer("b", async () => {
    stack.defer("late", undo("late"));
    throw new Error("no");
  });
  stack.defer("c", undo("c"));
  await stack.releaseAll((name) => void errors.push(name));
  expect(order).toEqual(["c", "late", "a"]);
  expect(errors).toEqual(["b"]);
  await stack.releaseAll(() => {});
  expect(order).toHaveLength(3);
});
