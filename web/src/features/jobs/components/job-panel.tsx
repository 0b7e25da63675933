import { JobStatus } from "@lambda-lite/shared";
import type { Job } from "@lambda-lite/shared";
import { Button } from "../../../components/ui/button.tsx";
import { Card } from "../../../components/ui/card.tsx";
import { Notice } from "../../../components/ui/notice.tsx";
import { useJob } from "../api/use-job.ts";
import { ErrorText } from "./error-text.tsx";
import { JobMeasurements } from "./job-measurements.tsx";
import { JobStatusBadge } from "./job-status-badge.tsx";
import { OutputBlock } from "./output-block.tsx";

export interface JobActions {
  onEdit: (job: Job) => void;
  onGoTo: (line: number, column: number) => void;
}

/** One job: what became of it. */
export function JobPanel({ id, ...actions }: { id: string } & JobActions) {
  const { data: job, error } = useJob(id);
  return (
    <Card
      title="Job"
      actions={
        job && (
          <Button variant="ghost" className="-mr-2" onClick={() => actions.onEdit(job)}>
            Edit again
          </Button>
        )
      }
    >
      <div className="flex flex-col gap-4 p-4">
        {error && <Notice>{error.message}</Notice>}
        {!job && !error && <p className="text-muted text-sm">Loading the job …</p>}
        {job && <JobDetails job={job} onGoTo={actions.onGoTo} />}
      </div>
    </Card>
  );
}

function JobDetails({ job, onGoTo }: { job: Job; onGoTo: JobActions["onGoTo"] }) {
  return (
    <>
      <div className="flex flex-wrap items-center gap-3">
        <span data-testid="status" aria-live="polite">
          <JobStatusBadge status={job.status} exit={job.exit} />
        </span>
        <code className="text-muted text-xs">{job.id}</code>
      </div>
      <JobMeasurements job={job} />
      {job.error !== undefined && (
        <OutputBlock title="Error" testId="error" tone="text-bad">
          <ErrorText text={job.error} onGoTo={onGoTo} />
        </OutputBlock>
      )}
      {job.status === JobStatus.COMPLETED && (
        <OutputBlock title="Result" testId="result">
          {job.result === undefined ? "…" : JSON.stringify(job.result, null, 2)}
        </OutputBlock>
      )}
      {job.logs ? (
        <OutputBlock title="Logs" testId="logs">
          {job.logs}
        </OutputBlock>
      ) : null}
    </>
  );
}
