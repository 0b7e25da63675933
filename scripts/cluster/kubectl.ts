import { execa } from "execa";

/** The objects of Kubernetes, as far as the scenarios read them. */
export interface KubeObject {
  metadata: {
    name: string;
    creationTimestamp: string;
    deletionTimestamp?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  };
  spec?: { replicas?: number; clusterIP?: string; template?: unknown };
  data?: Record<string, string>;
  status?: {
    readyReplicas?: number;
    replicas?: number;
    conditions?: { type: string; status: string; lastTransitionTime: string }[];
  };
}

export interface Kubectl {
  run(...args: string[]): Promise<string>;
  get(...args: string[]): Promise<KubeObject>;
  list(...args: string[]): Promise<KubeObject[]>;
  apply(object: object): Promise<void>;
}

/** On the cluster of KUBECONFIG's current context. */
export function createKubectl(program: string): Kubectl {
  const call = async (args: string[], input?: string) => {
    const { stdout } = await execa(program, args, { timeout: 180_000, ...(input === undefined ? {} : { input }) });
    return stdout;
  };
  const json = async (args: string[]) => JSON.parse(await call(["get", ...args, "-o", "json"])) as unknown;
  return {
    run: (...args) => call(args),
    get: async (...args) => (await json(args)) as KubeObject,
    list: async (...args) => ((await json(args)) as { items: KubeObject[] }).items,
    apply: async (object) => void (await call(["apply", "--server-side", "-f", "-"], JSON.stringify(object))),
  };
}
