import { expect, test } from "vitest";
import { containerOptions } from "./container-options.ts";
import type { ContainerOptionsInput } from "./container-options.ts";

const input = {
  image: "lambda-lite/sandbox-javascript:test",
  name: "lambdalite-1234",
  key: { runtime: "javascript", isolation: "container", memoryMb: 512, cpus: 1, pids: 64 },
  owner: { installationId: "here", workerId: "w-1", epoch: 7, engineId: "ENGINE" },
  definition: {
    image: "unused",
    nodeFlags: ["--no-addons"],
    entry: "/sandbox/runner.js",
    seccompProfile: '{"defaultAction":"SCMP_ACT_ERRNO"}',
  },
  appArmor: false,
  nowMs: 1_000_000,
} satisfies ContainerOptionsInput;
const MIB = 1024 * 1024;

const host = containerOptions(input).HostConfig ?? {};

/** One row per brick of the wall. */
test.each([
  ["no network", host.NetworkMode, "none"],
  ["no writable image", host.ReadonlyRootfs, true],
  ["a memory limit", host.Memory, 512 * MIB],
  ["no swap", host.MemorySwap, 512 * MIB],
  ["a CPU limit", host.NanoCpus, 1e9],
  ["few processes", host.PidsLimit, 64],
  ["no capability", host.CapDrop, ["ALL"]],
  ["no capability added back", host.CapAdd, undefined],
  [
    "no new privileges, and a filtered kernel",
    host.SecurityOpt,
    ["no-new-privileges", `seccomp=${input.definition.seccompProfile}`],
  ],
  ["a small /tmp that runs nothing", host.Tmpfs, { "/tmp": "rw,noexec,nosuid,nodev,size=16m,nr_inodes=1k,mode=1777" }],
  ["no shared memory with anybody", host.IpcMode, "none"],
  ["no log on the engine's disk", host.LogConfig, { Type: "none", Config: {} }],
  [
    "limits per process",
    host.Ulimits,
    [
      { Name: "nofile", Soft: 256, Hard: 256 },
      { Name: "core", Soft: 0, Hard: 0 },
      { Name: "fsize", Soft: 16 * MIB, Hard: 16 * MIB },
    ],
  ],
  ["first to go when memory is short", host.OomScoreAdj, 1000],
  ["the engine's own control group", host.CgroupParent, undefined],
  ["or one of ours", containerOptions({ ...input, cgroupParent: "/a/b" }).HostConfig?.CgroupParent, "/a/b"],
  ["evidence stays after the end", host.AutoRemove, false],
  ["not privileged", host.Privileged, undefined],
  ["no mounts", host.Mounts ?? host.Binds, undefined],
  ["no devices", host.Devices, undefined],
  ["kernel paths masked as Docker masks them", host.MaskedPaths ?? host.ReadonlyPaths, undefined],
  ["nobody's user", containerOptions(input).User, "65534:65534"],
  ["no environment", containerOptions(input).Env, undefined],
  ["no terminal", containerOptions(input).Tty, false],
])("%s", (_brick, actual, expected) => {
  expect(actual).toEqual(expected);
});

test("nothing else is set that could open the wall", () => {
  expect(Object.keys(host).toSorted()).toEqual(
    [
      "AutoRemove",
      "CapDrop",
      "IpcMode",
      "LogConfig",
      "Memory",
      "MemorySwap",
      "NanoCpus",
      "NetworkMode",
      "OomScoreAdj",
      "PidsLimit",
      "ReadonlyRootfs",
      "SecurityOpt",
      "Tmpfs",
      "Ulimits",
    ].toSorted(),
  );
});

test("AppArmor is asked for where the host has it", () => {
  const options = containerOptions({ ...input, appArmor: true });
  expect(options.HostConfig?.SecurityOpt).toContain("apparmor=docker-default");
});

test("labels name the owner, and the moment after which nobody can be using it", () => {
  expect(containerOptions(input).Labels).toEqual({
    lambdalite: "sandbox",
    "lambdalite.worker": "w-1",
    "lambdalite.epoch": "7",
    "lambdalite.engine": "ENGINE",
    "lambdalite.installation": "here",
    "lambdalite.pool-key": "javascript/container/512MB/1cpu/64pids",
    // Created + 10 min of waiting + 5 min of running + 3 min for what comes before and after.
    "lambdalite.deadline": String(1_000_000 + 600_000 + 300_000 + 300_000),
  });
});

test("the runner is called with the runtime's own flags", () => {
  expect(containerOptions(input).Cmd).toEqual([
    "node",
    "--max-old-space-size=416",
    "--no-addons",
    "/sandbox/runner.js",
  ]);
});

test("the heap follows the memory class", () => {
  const heap = (memoryMb: number) => containerOptions({ ...input, key: { ...input.key, memoryMb } }).Cmd?.[1];
  expect(heap(512)).toBe("--max-old-space-size=416");
  expect(heap(2_048)).toBe("--max-old-space-size=1952");
  expect(heap(128)).toBe("--max-old-space-size=64");
});
