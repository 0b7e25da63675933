import type { JobEvents, JobQueue, WorkerRegistry } from "@lambda-lite/backplane/ports";
import { DEFAULT_POOL, isTerminal, queueName } from "@lambda-lite/shared";
import { Counter, Gauge, Histogram, collectDefaultMetrics } from "prom-client";
import type { Registry } from "prom-client";

/** From a warm start to the longest job, in seconds. */
const DURATION_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

export interface ApiMetrics {
  registry: Registry;
  submitted(pool: string): void;
  /** Tells how to know whether this process runs the reconciler. */
  leader(leads: () => boolean): void;
  /** Stops listening. */
  close(): void;
}

/**
 * All metrics of the API. What it counts itself is `…_submitted_total`. What happened to jobs it
 * learns from events, and so does every replica: those are named `lambdalite_observed_…`; look at one
 * replica's, and sum the workers' own `lambdalite_jobs_finished_total` instead.
 */
export function createApiMetrics(deps: {
  registry: Registry;
  events: JobEvents;
  queue: JobQueue;
  workers: WorkerRegistry;
  socketClients: () => number;
}): ApiMetrics {
  const registers = [deps.registry];
  collectDefaultMetrics({ register: deps.registry });

  const submitted = new Counter({
    name: "lambdalite_jobs_submitted_total",
    help: "Jobs that this process accepted.",
    labelNames: ["pool"],
    registers,
  });
  const finished = new Counter({
    name: "lambdalite_observed_jobs_finished_total",
    help: "Jobs that ended, by exit reason, as every API replica sees it.",
    labelNames: ["reason"],
    registers,
  });
  const duration = (name: string, help: string) => new Histogram({ name, help, buckets: DURATION_BUCKETS, registers });
  const queueWait = duration(
    "lambdalite_observed_job_queue_wait_seconds",
    "From runnable to claimed, as every API replica sees it.",
  );
  const execution = duration(
    "lambdalite_observed_sandbox_execution_seconds",
    "From the code sent to its result, as every API replica sees it.",
  );

  new Gauge({
    name: "lambdalite_queue_depth",
    help: "Entries in a queue, by state. Absent while Redis is away.",
    labelNames: ["queue", "state"],
    registers,
    async collect() {
      this.reset();
      const counts = await deps.queue.counts(DEFAULT_POOL).catch(() => undefined);
      if (!counts) return;
      const queue = queueName(DEFAULT_POOL);
      this.set({ queue, state: "waiting" }, counts.waiting);
      this.set({ queue, state: "active" }, counts.active);
    },
  });
  new Gauge({
    name: "lambdalite_active_workers",
    help: "Workers whose lease runs. Absent while Mongo is away.",
    registers,
    async collect() {
      const living = await deps.workers.living().catch(() => undefined);
      if (living) this.set(living.length);
      else this.remove();
    },
  });
  new Gauge({
    name: "lambdalite_socket_clients",
    help: "Connected socket.io clients.",
    registers,
    collect() {
      this.set(deps.socketClients());
    },
  });

  const close = deps.events.subscribe((job) => {
    if (!isTerminal(job.status) || !job.exit) return;
    finished.inc({ reason: job.exit.reason });
    if (job.queueTime !== undefined) queueWait.observe(job.queueTime / 1_000);
    if (job.executionTime !== undefined) execution.observe(job.executionTime / 1_000);
  });
  return {
    registry: deps.registry,
    submitted: (pool) => submitted.inc({ pool }),
    leader(leads) {
      new Gauge({
        name: "lambdalite_reconciler_leader",
        help: "1 while this process runs the reconciler. Their sum over all replicas is 1.",
        registers,
        collect() {
          this.set(leads() ? 1 : 0);
        },
      });
    },
    close,
  };
}
