import type { JobExecutionResult } from "@lambda-lite/shared";
import { Counter, Gauge, Histogram, collectDefaultMetrics } from "prom-client";
import type { Registry } from "prom-client";
import type { JobObserver } from "./domain/job-runner.ts";
import type { FaultOf } from "./ports/sandbox.ts";

/** From a warm start to the longest job, in seconds. */
const DURATION_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

export interface WorkerMetrics {
  registry: Registry;
  observer: Omit<JobObserver, "sandboxFailed">;
  droppedFrames(count: number): void;
  sandboxTaken(warm: boolean): void;
  sandboxUnavailable(faultOf: FaultOf): void;
}

/** All metrics of the worker. Base units, as Prometheus wants them; `_total` for counters. */
export function createWorkerMetrics(deps: {
  registry: Registry;
  slots: number;
  busy: () => number;
  ready: () => boolean;
  warm: () => number;
}): WorkerMetrics {
  const registers = [deps.registry];
  collectDefaultMetrics({ register: deps.registry });

  const finished = new Counter({
    name: "lambdalite_jobs_finished_total",
    help: "Jobs whose outcome this worker recorded, by exit reason.",
    labelNames: ["reason"],
    registers,
  });
  const released = new Counter({
    name: "lambdalite_jobs_released_total",
    help: "Jobs given back to run again: drain, or a fault of the platform.",
    registers,
  });
  const unavailable = new Counter({
    name: "lambdalite_sandbox_unavailable_total",
    help: "Sandboxes that couldn't be made: the engine failed, or can't give this class of limits.",
    labelNames: ["fault"],
    registers,
  });
  const dropped = new Counter({
    name: "lambdalite_sandbox_dropped_frames_total",
    help: "Lines from sandboxes that were not frames of their run: a broken or hostile runner.",
    registers,
  });
  const taken = new Counter({
    name: "lambdalite_sandboxes_taken_total",
    help: "Sandboxes given to jobs: prepared ahead (warm), or started for the job (cold).",
    labelNames: ["start"],
    registers,
  });
  new Gauge({
    name: "lambdalite_warm_sandboxes",
    help: "Sandboxes that wait for a job.",
    registers,
    collect() {
      this.set(deps.warm());
    },
  });
  const duration = (name: string, help: string) => new Histogram({ name, help, buckets: DURATION_BUCKETS, registers });
  const queueWait = duration("lambdalite_job_queue_wait_seconds", "From runnable to claimed.");
  const start = duration("lambdalite_sandbox_start_seconds", "From claimed to a sandbox that takes the code.");
  const cpu = duration("lambdalite_sandbox_cpu_seconds", "CPU time of the sandbox from the code sent to its end.");
  const memory = new Histogram({
    name: "lambdalite_sandbox_peak_memory_bytes",
    help: "The most memory that a sandbox had at once.",
    buckets: [32, 64, 128, 256, 512, 1_024, 2_048].map((mib) => mib * 1024 * 1024),
    registers,
  });
  const execution = duration("lambdalite_sandbox_execution_seconds", "From the code sent to its result.");

  new Gauge({
    name: "lambdalite_worker_slots",
    help: "Jobs that this worker runs at once.",
    registers,
  }).set(deps.slots);
  new Gauge({
    name: "lambdalite_worker_busy_slots",
    help: "Jobs that this worker runs now.",
    registers,
    collect() {
      this.set(deps.busy());
    },
  });
  new Gauge({
    name: "lambdalite_worker_ready",
    help: "1 while this worker fetches jobs: engine healthy, lease valid.",
    registers,
    collect() {
      this.set(deps.ready() ? 1 : 0);
    },
  });

  return {
    registry: deps.registry,
    droppedFrames: (count) => dropped.inc(count),
    sandboxTaken: (warm) => taken.inc({ start: warm ? "warm" : "cold" }),
    sandboxUnavailable: (faultOf) => unavailable.inc({ fault: faultOf }),
    observer: {
      finished(outcome: JobExecutionResult, queueTimeMs: number) {
        finished.inc({ reason: outcome.exit.reason });
        queueWait.observe(queueTimeMs / 1_000);
        start.observe(outcome.sandboxStartTime / 1_000);
        execution.observe(outcome.executionTime / 1_000);
        if (!outcome.usage) return;
        cpu.observe(outcome.usage.cpuTime / 1_000);
        memory.observe(outcome.usage.peakMemoryBytes);
      },
      released: () => released.inc(),
    },
  };
}
