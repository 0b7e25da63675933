import type { JobListItem } from "@lambda-lite/shared";
import { Card } from "../../../components/ui/card.tsx";
import { Notice } from "../../../components/ui/notice.tsx";
import { formatDuration, formatTime } from "../../../lib/format.ts";
import { useNewestJobs } from "../api/use-newest-jobs.ts";
import { JobStatusBadge } from "./job-status-badge.tsx";

interface NewestJobsProps {
  selectedId: string | undefined;
  onSelect: (id: string) => void;
}

/** The ten newest jobs; choosing one shows it. */
export function NewestJobs({ selectedId, onSelect }: NewestJobsProps) {
  const { jobs, error, retry } = useNewestJobs();
  return (
    <Card title="Newest jobs">
      {error && (
        <div className="p-4">
          <Notice onRetry={retry}>{error.message}</Notice>
        </div>
      )}
      {!jobs && !error && <p className="text-muted p-4 text-sm">Loading …</p>}
      {jobs?.length === 0 && <p className="text-muted p-4 text-sm">None yet. Run the sample: it takes a second.</p>}
      <ul data-testid="jobs-list" className="divide-line divide-y">
        {jobs?.map((job) => (
          <li key={job.id}>
            <JobRow job={job} selected={job.id === selectedId} onSelect={onSelect} />
          </li>
        ))}
      </ul>
    </Card>
  );
}

interface JobRowProps {
  job: JobListItem;
  selected: boolean;
  onSelect: (id: string) => void;
}

function JobRow({ job, selected, onSelect }: JobRowProps) {
  return (
    <button
      type="button"
      data-testid="job-row"
      aria-current={selected}
      onClick={() => onSelect(job.id)}
      className={`hover:bg-sunken flex w-full items-center justify-between gap-3 border-l-2 py-2.5 pr-4 pl-3.5 text-left -outline-offset-2! ${selected ? "border-accent bg-sunken" : "border-transparent"}`}
    >
      <span className="flex min-w-0 items-center gap-3">
        <JobStatusBadge status={job.status} exit={job.exit} />
        <code className="text-muted hidden truncate text-xs sm:block">…{job.id.slice(-6)}</code>
      </span>
      <span className="text-muted flex gap-3 font-mono text-xs whitespace-nowrap tabular-nums">
        {job.executionTime !== undefined && <span>{formatDuration(job.executionTime)}</span>}
        <time dateTime={job.createdAt}>{formatTime(job.createdAt)}</time>
      </span>
    </button>
  );
}
