import { expect, test } from "vitest";
import { createReleaseStack } from "./release-stack.ts";

test("releases in reverse, once", async () => {
  const order: string[] = [];
  const stack = createReleaseStack();
  for (const name of ["first", "second"]) stack.push(() => order.push(name));
  await stack.run();
  await stack.run();
  expect(order).toEqual(["second", "first"]);
});

test("a step that fails or hangs keeps none of the others from running", async () => {
  const order: string[] = [];
  const stack = createReleaseStack();
  stack.push(() => order.push("last"));
  stack.push(() => Promise.reject(new Error("broken")));
  stack.push(() => new Promise(() => undefined), { limitMs: 20 });
  await expect(stack.run()).rejects.toMatchObject({
    errors: [
      expect.objectContaining({ message: "not released within 20 ms" }),
      expect.objectContaining({ message: "broken" }),
    ],
  });
  expect(order).toEqual(["last"]);
});
