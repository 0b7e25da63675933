import { waitUntil } from "../../lib/wait-until.ts";
import type { Heal, Scene } from "../fault.ts";
import type { Worker } from "../stack/services.ts";
import { isWorker } from "../stack/parts.ts";
import type { Program } from "../stack/program.ts";

/** The program that is the scene's target. @throws Error for a target that is none. */
export function programOf({ stack, target }: Scene): Program {
  const program = stack.program(target);
  if (!program) throw new Error(`${target} is no program of this stack`);
  return program;
}

export function workerOf({ stack, target }: Scene): Worker {
  if (!isWorker(target)) throw new Error(`${target} is no worker`);
  return stack.workers[target];
}

/** kill -9; healed by a start with the same data. */
export async function killProgram(scene: Scene): Promise<Heal> {
  const program = programOf(scene);
  await program.kill();
  scene.hit("SIGKILL");
  return () => program.start();
}

/** SIGTERM and its end; healed by a start. Whether the end was orderly is for the judge. */
export async function terminateProgram(scene: Scene): Promise<Heal> {
  const program = programOf(scene);
  scene.hit("SIGTERM");
  const { tookMs } = await program.terminate();
  scene.fact("stoppedMs", Math.round(tookMs));
  return () => program.start();
}

/** SIGSTOP; healed by SIGCONT. */
export async function freezeProgram(scene: Scene): Promise<Heal> {
  const program = programOf(scene);
  program.signal("SIGSTOP");
  scene.hit("SIGSTOP");
  return async () => program.signal("SIGCONT");
}

/** For a server that may have ended by itself, and is being started again. */
export async function untilUp(program: Program): Promise<void> {
  const mustBeUp = async () => {
    if (!program.isUp()) throw new Error("it isn't");
  };
  await waitUntil(`${program.name} is up`, mustBeUp, { timeoutMs: 60_000, intervalMs: 100 });
}
