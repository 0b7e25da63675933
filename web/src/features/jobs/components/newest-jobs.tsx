import { Card } from "../../../components/ui/card.tsx";
import { Notice } from "../../../components/ui/notice.tsx";
import { formatDuration, formatTime } from "../../../lib/format.ts";
import { useNewestJobs } from "../api/use-newest-jobs.ts";
import { JobStatusBadge } from "./job-status-badge.tsx";

/** The ten newest jobs; choosing one shows it. */
export function NewestJobs({
  selectedId,
  onSelect,
}: {
  selectedId: string | undefined;
  onSelect: (id: string) => void;
}) {
  const { data: page, error } = useNewestJobs();
  return (
    <Card title="Newest jobs">
      {error && (
        <div className="p-4">
          <Notice>{error.message}</Notice>
        </div>
      )}
      {!page && !error && <p className="text-muted p-4 text-sm">Loading …</p>}
      {page?.jobs.length === 0 && (
        <p className="text-muted p-4 text-sm">None yet. Run the sample: it takes a second.</p>
      )}
      <ul data-testid="jobs-list" className="divide-line divide-y">
        {page?.jobs.map((job) => (
          <li key={job.id}>
            <button
              type="button"
              data-testid="job-row"
              aria-current={job.id === selectedId}
              onClick={() => onSelect(job.id)}
              className={`hover:bg-sunken flex w-full items-center justify-between gap-3 px-4 py-2.5 text-left ${job.id === selectedId ? "bg-sunken" : ""}`}
            >
              <JobStatusBadge status={job.status} exit={job.exit} />
              <span className="text-muted flex gap-3 font-mono text-xs whitespace-nowrap">
                {job.executionTime !== undefined && <span>{formatDuration(job.executionTime)}</span>}
                <time dateTime={job.createdAt}>{formatTime(job.createdAt)}</time>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </Card>
  );
}
