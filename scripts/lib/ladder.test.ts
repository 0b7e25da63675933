import { expect, test, vi } from "vitest";

import { climb } from "./ladder.ts";

function rung(name: string, found: string | undefined) {
  return { name, find: vi.fn<() => Promise<string | undefined>>(async () => found) };
}

test("takes the first rung that is open and asks none below", async () => {
  const rungs = [rung("image", undefined), rung("path", "/bin/x"), rung("apt", "/bin/y")];
  expect(await climb(rungs)).toEqual({ name: "path", found: "/bin/x" });
  expect(rungs[2]?.find).not.toHaveBeenCalled();
});

test("asks the one that wrote the data first", async () => {
  const rungs = [rung("image", "mongo:7"), rung("path", "/bin/x")];
  expect(await climb(rungs, "path")).toEqual({ name: "path", found: "/bin/x" });
  expect(rungs[0]?.find).not.toHaveBeenCalled();
});

test("climbs on when the earlier one is gone, asking each only once", async () => {
  const rungs = [rung("image", undefined), rung("path", undefined), rung("apt", "/bin/y")];
  expect(await climb(rungs, "path")).toEqual({ name: "apt", found: "/bin/y" });
  for (const { find } of rungs) expect(find).toHaveBeenCalledTimes(1);
});

test("ends with nothing when no rung is open", async () => {
  expect(await climb([rung("image", undefined)], "unknown")).toBeUndefined();
});
