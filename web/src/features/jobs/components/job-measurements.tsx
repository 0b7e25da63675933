import type { Job } from "@lambda-lite/shared";
import { formatDuration } from "../../../lib/format.ts";

/** Where the time went, by the worker's own clock, and how it ended. */
export function JobMeasurements({ job }: { job: Job }) {
  const rows: Array<[term: string, value: string | undefined, meaning: string]> = [
    ["Queued", duration(job.queueTime), "From runnable to claimed by a worker"],
    ["Sandbox", duration(job.sandboxStartTime), "From claimed until its container could take the code"],
    [
      "Ran",
      duration(job.executionTime),
      `From the code sent to its result; limit ${formatDuration(job.limits.timeout)}`,
    ],
    ["CPU", duration(job.cpuTime), "Processor time of its sandbox, read from outside"],
    ["Memory", memory(job), `The most it had at once; limit ${job.limits.memory} MB`],
    ["Attempt", job.attempt > 0 ? String(job.attempt) : undefined, "How often it was started"],
    ["Exit", exit(job), "Why it ended, and the exit code or signal of its process"],
  ];
  return (
    <dl className="bg-line border-line grid grid-cols-2 gap-px overflow-hidden rounded-lg border sm:grid-cols-6">
      {rows.map(([term, value, meaning], index) => (
        <div
          key={term}
          title={meaning}
          className={`bg-surface px-3 py-2 ${index === rows.length - 1 ? "col-span-2 sm:col-span-6" : "sm:col-span-2"}`}
        >
          <dt className="text-muted text-xs">{term}</dt>
          <dd className="font-mono text-sm break-words">{value ?? "–"}</dd>
        </div>
      ))}
    </dl>
  );
}

function duration(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : formatDuration(ms);
}

function memory({ peakMemoryBytes }: Job): string | undefined {
  return peakMemoryBytes === undefined ? undefined : `${Math.ceil(peakMemoryBytes / (1024 * 1024))} MB`;
}

function exit({ exit: ended }: Job): string | undefined {
  if (!ended) return undefined;
  const how = ended.signal ?? (ended.code === undefined ? undefined : `code ${ended.code}`);
  return how ? `${ended.reason} (${how})` : ended.reason;
}
