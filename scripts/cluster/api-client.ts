import { setTimeout as sleep } from "node:timers/promises";

/** What the scenarios look at in a job. */
export interface Job {
  id: string;
  status: string;
  attempt: number;
  workerId?: string;
  result?: unknown;
  error?: string;
}

export interface ApiClient {
  submit(code: string, args: unknown[], options?: { delayMs?: number }): Promise<string>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  job(id: string): Promise<Job>;
  /** Until all have ended. @throws naming those that haven't. */
  ended(ids: string[], timeoutMs: number): Promise<Job[]>;
  /** Waiting and active entries of the default queue, as the autoscaler counts them. */
  depth(): Promise<number>;
}

const terminal = ["COMPLETED", "FAILED", "CANCELLED"];

/** `address` is asked each time, for it may change: a port-forward that was renewed. */
export function createApiClient(address: () => Promise<string>, key: string): ApiClient {
  async function ask(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
    const response = await fetch((await address()) + path, { ...init, headers, signal: AbortSignal.timeout(10_000) });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response;
  }
  const job = async (id: string) => (await (await ask(`/api/jobs/${id}`)).json()) as Job;
  return {
    job,
    async pause() {
      await ask("/api/queues/default/pause", { method: "POST" });
    },
    async resume() {
      await ask("/api/queues/default/resume", { method: "POST" });
    },
    async submit(code, args, options = {}) {
      const body = JSON.stringify({ code, args, timeout: 120_000, ...options });
      return ((await (await ask("/api/jobs", { method: "POST", body })).json()) as Job).id;
    },
    async ended(ids, timeoutMs) {
      const deadline = performance.now() + timeoutMs;
      const ended = new Map<string, Job>();
      for (;;) {
        const open = ids.filter((id) => !ended.has(id));
        if (open.length === 0) return [...ended.values()];
        // A read that fails is repeated; what the scenarios promise is about submissions.
        for (const found of await Promise.all(open.map((id) => job(id).catch(() => undefined))))
          if (found && terminal.includes(found.status)) ended.set(found.id, found);
        if (performance.now() > deadline)
          throw new Error(`${open.length} of ${ids.length} jobs haven't ended: ${open.join(", ")}`);
        await sleep(500);
      }
    },
    async depth() {
      const text = await (await ask("/metrics")).text();
      const samples = text.matchAll(/^lambdalite_queue_depth\{.*state="(?:waiting|active|prioritized)".*\} (\d+)/gm);
      return [...samples].reduce((sum, [, value]) => sum + Number(value), 0);
    },
  };
}
