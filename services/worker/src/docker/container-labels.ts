/** Labels by which a reaper finds every orphan, and whose it is. Fixed at creation: Docker can't change them. */
export const LABEL = {
  SANDBOX: "lambdalite",
  /** Several installations may share an engine. */
  INSTALLATION: "lambdalite.installation",
  WORKER: "lambdalite.worker",
  EPOCH: "lambdalite.epoch",
  ENGINE: "lambdalite.engine",
  POOL_KEY: "lambdalite.pool-key",
  /** Unix time in ms after which nobody can be using it, by its maker's clock; not the only thing that it is judged by. */
  DEADLINE: "lambdalite.deadline",
} as const;

export interface ContainerOwner {
  installationId: string;
  workerId: string;
  epoch: number;
  engineId: string;
}
