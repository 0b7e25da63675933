import { MAX_TIMEOUT_MS } from "@lambda-lite/shared";
import type { ContainerCreateOptions } from "dockerode";
import { poolKeyText } from "../ports/sandbox.ts";
import type { PoolKey } from "../ports/sandbox.ts";
import { LABEL } from "./container-labels.ts";
import type { ContainerOwner } from "./container-labels.ts";
import { runnerCommand } from "./runner-command.ts";
import type { SandboxDefinition } from "./sandbox-definition.ts";

const MIB = 1024 * 1024;

/** `nobody`: no file in the image belongs to it. */
const SANDBOX_USER = "65534:65534";
const NOFILE_LIMIT = 256;
const FILE_SIZE_LIMIT_BYTES = 16 * MIB;
/** The kernel kills sandboxes before anything else on the machine (proc(5), oom_score_adj). */
const OOM_SCORE_ADJ = 1000;
/** Longest time that a prepared sandbox may wait for its job, in ms. */
export const MAX_AGE_MS = 600_000;
/**
 * What comes to that and to the longest job, in ms: 45 s to prepare it, 160 s until a pool of a hundred has replaced it at
 * the latest, and at the end five questions to the engine of 10 s each. This is a little more.
 */
const SLACK_MS = 300_000;
/** Longest time from a container's creation for which somebody may be using it, in ms. */
export const LONGEST_USE_MS = MAX_AGE_MS + MAX_TIMEOUT_MS + SLACK_MS;

export interface ContainerOptionsInput {
  /** The image, by name or digest; its name may differ from the definition's, its runner doesn't. */
  image: string;
  definition: SandboxDefinition;
  /** Name of the container until a job's own replaces it. */
  name: string;
  key: PoolKey;
  owner: ContainerOwner;
  /** Whether the engine's host enforces AppArmor. */
  appArmor: boolean;
  /** The control group that the container's own is made in; the engine's usual one when absent. */
  cgroupParent?: string | undefined;
  nowMs: number;
}

/**
 * The wall around user code, in one place: no network, no writable file but a small /tmp, no
 * capability, no way to gain one, a filtered kernel, and hard limits on memory, CPU and processes.
 * Pure: the same input gives the same container.
 */
export function containerOptions(input: ContainerOptionsInput): ContainerCreateOptions {
  const { image, definition, name, key, owner, nowMs } = input;
  const memoryBytes = key.memoryMb * MIB;
  return {
    name,
    Image: image,
    Cmd: runnerCommand(key, definition),
    User: SANDBOX_USER,
    Labels: {
      [LABEL.SANDBOX]: "sandbox",
      [LABEL.INSTALLATION]: owner.installationId,
      [LABEL.WORKER]: owner.workerId,
      [LABEL.EPOCH]: String(owner.epoch),
      [LABEL.ENGINE]: owner.engineId,
      [LABEL.POOL_KEY]: poolKeyText(key),
      [LABEL.DEADLINE]: String(nowMs + LONGEST_USE_MS),
    },
    OpenStdin: true,
    StdinOnce: true,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    Tty: false,
    NetworkDisabled: true,
    HostConfig: {
      NetworkMode: "none",
      ReadonlyRootfs: true,
      Memory: memoryBytes,
      // Equal to Memory: no swap.
      MemorySwap: memoryBytes,
      NanoCpus: Math.round(key.cpus * 1e9),
      PidsLimit: key.pids,
      CapDrop: ["ALL"],
      SecurityOpt: [
        "no-new-privileges",
        `seccomp=${definition.seccompProfile}`,
        ...(input.appArmor ? ["apparmor=docker-default"] : []),
      ],
      Tmpfs: { "/tmp": "rw,noexec,nosuid,nodev,size=16m,nr_inodes=1k,mode=1777" },
      IpcMode: "none",
      LogConfig: { Type: "none", Config: {} },
      // No nproc: it counts per uid over all containers.
      Ulimits: [
        { Name: "nofile", Soft: NOFILE_LIMIT, Hard: NOFILE_LIMIT },
        { Name: "core", Soft: 0, Hard: 0 },
        { Name: "fsize", Soft: FILE_SIZE_LIMIT_BYTES, Hard: FILE_SIZE_LIMIT_BYTES },
      ],
      OomScoreAdj: OOM_SCORE_ADJ,
      ...(input.cgroupParent && { CgroupParent: input.cgroupParent }),
      // It would race with inspect and hide OOMKilled.
      AutoRemove: false,
    },
  };
}
