import { once } from "node:events";

import type { SandboxGroup } from "@lambda-lite/worker/sandboxes";
import type Docker from "dockerode";

/** One container, from its creation on, in ms. */
export interface ContainerTimes {
  toResultMs: number;
  toRemovalMs: number;
}

/** What is done otherwise than usual. */
export interface FloorChange {
  /** The container stands in the engine's own control group, not in one of its own. */
  withoutGroup?: boolean;
  /** Changes the container's body. */
  body?: (options: Docker.ContainerCreateOptions) => void;
  /** Done when the result is there, before the removal. */
  beforeRemoval?: (container: Docker.Container) => Promise<unknown>;
  /** Is given the container, and its control group, instead of their removal. */
  leave?: (container: Docker.Container, group: SandboxGroup | undefined) => void;
  /** Done when the container is gone, and its group isn't yet. */
  beforeGroupRemoval?: (group: SandboxGroup) => Promise<unknown>;
}

const RESULT = Buffer.from('"t":"result"');

/**
 * The least that a container of this body can take: dockerode alone, with nothing of ours around it. It doesn't wait for
 * the runner to be ready, keeps no promise, and checks nothing but that a result came.
 * @throws Error when none came.
 */
export async function runFloorContainer(
  docker: Docker,
  options: Docker.ContainerCreateOptions,
  { header, change, group }: { header: string; change: FloorChange; group: SandboxGroup | undefined },
): Promise<ContainerTimes> {
  const startedMs = performance.now();
  const container = await docker.createContainer(options);
  try {
    const stream = await container.attach({ stream: true, hijack: true, stdin: true, stdout: true, stderr: true });
    await container.start();
    stream.write(header);
    await untilResult(stream);
    const toResultMs = performance.now() - startedMs;
    await change.beforeRemoval?.(container);
    if (change.leave) change.leave(container, group);
    else await container.remove({ force: true, v: true });
    return { toResultMs, toRemovalMs: performance.now() - startedMs };
  } catch (error) {
    await container.remove({ force: true }).catch(() => undefined);
    throw error;
  }
}

async function untilResult(stream: NodeJS.ReadWriteStream): Promise<void> {
  let tail = Buffer.alloc(0);
  const found = Promise.withResolvers<void>();
  stream.on("data", (chunk: Buffer) => {
    tail = Buffer.concat([tail.subarray(-RESULT.length), chunk]);
    if (tail.includes(RESULT)) found.resolve();
  });
  void once(stream, "end").then(() => found.reject(new Error("the container ended without a result")));
  await found.promise;
}
