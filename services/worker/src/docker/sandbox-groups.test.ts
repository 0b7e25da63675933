import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock, systemRandom } from "@lambda-lite/backplane/ports";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findCgroups } from "./cgroup-tree.ts";
import { openSandboxGroups } from "./sandbox-groups.ts";

let mount: string;
beforeEach(async () => void (mount = await mkdtemp(join(tmpdir(), "cgroups-"))));
afterEach(() => rm(mount, { recursive: true, force: true }));

const open = async () => {
  const tree = await findCgroups(mount);
  return openSandboxGroups({ tree, installationId: "here", clock: systemClock, random: systemRandom });
};

test("a group bears its worker's life in its name, whatever the worker is called, and goes when it's empty", async () => {
  await writeFile(join(mount, "cgroup.controllers"), "cpu memory pids");
  const groups = (await open())!;
  const life = { workerId: "../w-1/ü 7", epoch: 12 };
  const { path } = groups.next({ ...life, installationId: "here", engineId: "ENGINE" });
  // Nothing of the name is a step elsewhere.
  expect(path.split("/")).toHaveLength(4);
  // As the engine does, with the container's own group below it.
  await mkdir(join(mount, path, "0123"), { recursive: true });
  const [left] = await groups.list();
  expect(left?.life).toEqual(life);
  await groups.close();
  expect(await readdir(join(mount, "lambdalite"))).toEqual(["here"]);
  await left?.remove();
  expect(await groups.list()).toEqual([]);
  await groups.close();
  expect(await readdir(join(mount, "lambdalite"))).toEqual([]);
});

test("where no groups can be made, there are none", async () => {
  expect(await open()).toBeUndefined();
});
