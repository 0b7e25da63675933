import { describe, expect, test } from "vitest";

import { imageValues, merge, testValues } from "./values.ts";

describe("values of the cluster test", () => {
  test("joins objects and replaces lists", () => {
    const joined = merge({ a: { b: 1, list: [1, 2] }, c: 3 }, { a: { list: [9] }, d: 4 });
    expect(joined).toEqual({ a: { b: 1, list: [9] }, c: 3, d: 4 });
  });

  test("splits an image at its tag, not at a registry's port", () => {
    expect(imageValues("registry:5000/redis:7")).toEqual({ repository: "registry:5000/redis", tag: "7" });
  });

  test("names no image unless a stand-in was named", () => {
    expect(JSON.stringify(testValues({ hostSocketGid: 0 }, "workers"))).not.toContain("image");
  });

  test("keeps what is small when a stand-in comes in", () => {
    const values = testValues({ hostSocketGid: 0, redisImage: "own/redis:1" }, "workers");
    expect(values["redis"]).toMatchObject({
      image: { repository: "own/redis", tag: "1" },
      persistence: { size: "1Gi" },
    });
  });
});
