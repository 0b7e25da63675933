import { describe, expect, test } from "vitest";

import { findLeaks } from "./leak-check.ts";
import type { Inventory } from "./leak-check.ts";

const empty: Inventory = { containers: [], redisKeys: [], databases: [], processes: [] };

describe("a leak", () => {
  test.each<[keyof Inventory, string, string]>([
    ["containers", "/job (abc, running)", "container /job (abc, running)"],
    ["redisKeys", "bull:jobs:17", "Redis key bull:jobs:17"],
    ["redisKeys", "bull:jobs:wait", "Redis key bull:jobs:wait"],
    ["redisKeys", "bull:jobs:completed", "Redis key bull:jobs:completed"],
    ["databases", "test_worker_1", "Mongo database test_worker_1"],
    ["processes", "7 sleep 60", "process 7 sleep 60"],
  ])("among %s is %s", (kind, item, line) => {
    expect(findLeaks(empty, { ...empty, [kind]: [item] })).toEqual([line]);
  });

  test("isn't what was there before", () => {
    const there: Inventory = { containers: ["/a"], redisKeys: ["k"], databases: ["test_a"], processes: ["1 x"] };
    expect(findLeaks(there, there)).toEqual([]);
    expect(findLeaks(there, empty)).toEqual([]);
  });

  test("isn't a log that expires by itself", () => {
    const redisKeys = ["bull:job-logs:0123456789abcdef01234567"];
    expect(findLeaks(empty, { ...empty, redisKeys })).toEqual([]);
  });

  test.each(["bull:jobs:meta", "bull:jobs:marker", "bull:jobs:stalled-check", "bull:jobs:events", "bull:jobs:id"])(
    "isn't what a queue keeps: %s",
    (key) => {
      expect(findLeaks(empty, { ...empty, redisKeys: [key] })).toEqual([]);
    },
  );

  test.each(["admin", "local", "lambdalite", "latest_data"])("isn't somebody's database: %s", (name) => {
    expect(findLeaks(empty, { ...empty, databases: [name] })).toEqual([]);
  });
});
