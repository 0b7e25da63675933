import type { Job } from "@lambda-lite/shared";
import { formatDuration } from "../../../lib/format.ts";

/** Where the time went, by the worker's own clock. */
export function JobMeasurements({ job }: { job: Job }) {
  const rows: Array<[string, string | undefined, string]> = [
    ["Queued", duration(job.queueTime), "From runnable to claimed by a worker"],
    ["Sandbox", duration(job.sandboxStartTime), "Until its container could take the code"],
    ["Ran", duration(job.executionTime), "From the code sent to its result"],
    ["Attempt", job.attempt > 0 ? String(job.attempt) : undefined, "How often it was started"],
  ];
  return (
    <dl className="grid grid-cols-2 gap-2 sm:grid-cols-4">
      {rows.map(([term, value, meaning]) => (
        <div key={term} title={meaning} className="bg-sunken rounded-lg px-3 py-2">
          <dt className="text-muted text-xs">{term}</dt>
          <dd className="font-mono text-sm">{value ?? "–"}</dd>
        </div>
      ))}
    </dl>
  );
}

function duration(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : formatDuration(ms);
}
