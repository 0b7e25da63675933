import type { Clock, Random } from "@lambda-lite/backplane/ports";
import type Docker from "dockerode";
import type { Rush } from "../domain/rush.ts";
import type { PoolKey, Sandbox, SandboxProvider } from "../ports/sandbox.ts";
import { SandboxUnavailable } from "../ports/sandbox.ts";
import type { ContainerOwner } from "./container-labels.ts";
import { containerOptions } from "./container-options.ts";
import type { ContainerRemoval } from "./container-removal.ts";
import { createDockerSandbox } from "./docker-sandbox.ts";
import { ENGINE_DEADLINE_MS, withDeadline } from "./engine-deadline.ts";
import { engineProblem } from "./engine-problem.ts";
import { createEngineUsage } from "./engine-usage.ts";
import { openRunnerConnection } from "./runner-connection.ts";
import type { RunnerConnection } from "./runner-connection.ts";
import type { SandboxDefinition } from "./sandbox-definition.ts";
import type { SandboxGroups } from "./sandbox-groups.ts";
import { startUsageMeter } from "./usage-meter.ts";

/** Longest wait for a runner's `ready`, in ms. A cold start takes 0.3 s, on a busy machine seconds. */
const READY_TIMEOUT_MS = 30_000;
/** Longest wait for a sandbox in all, in ms: within what a claim's deadline allows for a start (60 s). */
const PREPARE_MS = 45_000;

export interface DockerSandboxDeps {
  docker: Docker;
  image: string;
  definition: SandboxDefinition;
  appArmor: boolean;
  /** Whose containers these are: the worker's present life. */
  owner: () => ContainerOwner;
  /** Content address of the image, once the engine has it: what runs is what was looked at. */
  imageDigest: () => string | undefined;
  /** Control groups of the sandboxes' own, where this process may make them. */
  groups: SandboxGroups | undefined;
  removal: ContainerRemoval;
  /** What removals give way to. */
  rush: Rush;
  /** Told how many lines of a run were no frames. */
  onDroppedFrames?: (count: number) => void;
  clock: Clock;
  random: Random;
}

/** A fresh container per sandbox: create → attach → start → ready. Attach comes before start, or early output is lost. */
export function createDockerSandboxProvider(deps: DockerSandboxDeps): SandboxProvider {
  const { docker, clock, random, removal } = deps;

  async function start(container: Docker.Container, signal: AbortSignal): Promise<RunnerConnection> {
    const nonce = random.hex(16);
    const connection = await openRunnerConnection(container, nonce);
    try {
      await withDeadline("start a container", ENGINE_DEADLINE_MS.change, (abortSignal) =>
        container.start({ abortSignal }),
      );
      const ready = await Promise.race([
        connection.ready.then(() => true),
        connection.closed.then(() => false),
        clock.sleep(READY_TIMEOUT_MS, signal).then(() => false),
      ]);
      if (!ready) throw new Error(`the runner didn't become ready ${connection.stderr()}`.trim());
      return connection;
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  async function make(key: PoolKey, signal: AbortSignal): Promise<Sandbox> {
    let container: Docker.Container | undefined;
    const owner = deps.owner();
    const group = deps.groups?.next(owner);
    const imageDigest = deps.imageDigest();
    try {
      const options = containerOptions({
        image: imageDigest ?? deps.image,
        name: `lambdalite-${random.hex(8)}`,
        key,
        owner,
        cgroupParent: group?.path,
        definition: deps.definition,
        appArmor: deps.appArmor,
        nowMs: clock.nowMs(),
      });
      const creation = docker.createContainer(options);
      const removeLate = (late: Docker.Container) => void removal.remove(late, group);
      container = await withDeadline("create a container", ENGINE_DEADLINE_MS.change, creation, removeLate);
      const connection = await start(container, signal);
      const readers = [...(group ? [group.usage] : []), createEngineUsage(container)];
      return createDockerSandbox({
        container,
        connection,
        removal,
        group,
        imageDigest,
        rush: deps.rush,
        usage: await startUsageMeter(readers),
        clock,
        onDroppedFrames: deps.onDroppedFrames,
      });
    } catch (cause) {
      if (container) void removal.remove(container, group);
      throw new SandboxUnavailable(engineProblem(cause), { cause });
    }
  }

  return {
    async prepare(key, signal) {
      const making = make(key, signal);
      const over = new AbortController();
      const late = clock.sleep(PREPARE_MS, AbortSignal.any([signal, over.signal])).then(() => undefined);
      const made = await Promise.race([making, late]).finally(() => over.abort("made"));
      if (made) return made;
      // Nobody waits for it any more; whenever it's ready, it goes.
      void removal.expect(making.then((sandbox) => sandbox.dispose()));
      throw new SandboxUnavailable(signal.aborted ? "no longer wanted" : `not ready within ${PREPARE_MS / 1_000} s`);
    },
  };
}
