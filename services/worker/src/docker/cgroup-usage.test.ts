import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findCgroups } from "./cgroup-tree.ts";
import type { CgroupTree } from "./cgroup-tree.ts";
import { createCgroupUsage } from "./cgroup-usage.ts";

/** Files in the kernel's own form; what the kernel itself writes is read in docker-sandboxes.test.ts. */
let mount: string;
beforeEach(async () => void (mount = await mkdtemp(join(tmpdir(), "cgroups-"))));
afterEach(() => rm(mount, { recursive: true, force: true }));

async function given(files: Record<string, string>): Promise<CgroupTree> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(mount, path)), { recursive: true });
    await writeFile(join(mount, path), text);
  }
  const tree = await findCgroups(mount);
  if (!tree) throw new Error("no control groups");
  return tree;
}
const V1 = {
  "memory/memory.limit_in_bytes": "9223372036854771712\n",
  "memory/cgroup.procs": "",
  "pids/cgroup.procs": "",
};
const V2 = { "cgroup.controllers": "cpu memory pids\n" };

test("cgroup v1: nanoseconds, the peak, and the refusals that the container's own group counts", async () => {
  const tree = await given({
    ...V1,
    "cpuacct/cgroup.procs": "",
    "cpuacct/g/cpuacct.usage": "2000500000\n",
    "memory/g/memory.max_usage_in_bytes": "209715200\n",
    "pids/g/pids.events": "max 0\n",
    "pids/g/0123abc/pids.events": "max 7\n",
  });
  expect(await createCgroupUsage(tree, "g").read()).toEqual({
    cpuTime: 2000.5,
    peakMemoryBytes: 209_715_200,
    measured: "cgroup",
  });
  expect(await createCgroupUsage(tree, "g").readRefusals()).toEqual({ processes: 7, memory: undefined });
});

test("cgroup v2: microseconds, the peak, and the kernel's kills, which a group above counts too", async () => {
  const tree = await given({
    ...V2,
    "g/cpu.stat": "usage_usec 2000500\nuser_usec 1900000\nsystem_usec 100500\n",
    "g/memory.peak": "209715200\n",
    "g/memory.events": "low 0\nhigh 0\nmax 3\noom 1\noom_kill 1\noom_group_kill 0\n",
    "g/pids.events": "max 2\n",
  });
  expect(await createCgroupUsage(tree, "g").read()).toEqual({
    cpuTime: 2000.5,
    peakMemoryBytes: 209_715_200,
    measured: "cgroup",
  });
  expect(await createCgroupUsage(tree, "g").readRefusals()).toEqual({ processes: 2, memory: 1 });
});

test("a group that isn't there can't be read", async () => {
  expect(await createCgroupUsage(await given(V2), "g").read()).toBeUndefined();
});

test("where no control groups are mounted, there are none", async () => {
  expect(await findCgroups(mount)).toBeUndefined();
});
