import { JobStatus, isTerminal } from "@lambda-lite/shared";
import type { Job } from "@lambda-lite/shared";
import { useMemo } from "react";
import { formatJson } from "../../../lib/format.ts";
import { ErrorText } from "./error-text.tsx";
import { JobMeasurements } from "./job-measurements.tsx";
import { OutputBlock } from "./output-block.tsx";

interface JobOutputProps {
  job: Job;
  complete: boolean;
  onGoTo: (line: number, column: number) => void;
}

/** What a job came to: error or result, what it printed, and where the time went. */
export function JobOutput({ job, complete, onGoTo }: JobOutputProps) {
  const { result } = job;
  const resultText = useMemo(() => (result === undefined ? undefined : formatJson(result)), [result]);
  return (
    <div className="flex flex-col gap-4">
      {job.error !== undefined && (
        <OutputBlock
          title="Error"
          testId="error"
          tone="text-bad"
          text={job.error}
          render={(shown) => <ErrorText text={shown} onGoTo={onGoTo} />}
        />
      )}
      {job.status === JobStatus.COMPLETED && resultText !== undefined && (
        <OutputBlock title="Result" testId="result" text={resultText} />
      )}
      {job.logs ? (
        <OutputBlock title="Logs" testId="logs" text={job.logs} />
      ) : (
        <Progress job={job} complete={complete} />
      )}
      <JobMeasurements job={job} />
    </div>
  );
}

/** Where output will be. */
function Progress({ job, complete }: { job: Job; complete: boolean }) {
  return <p className="text-muted text-sm">{complete ? "It printed nothing." : progress(job)}</p>;
}

function progress({ status }: Job): string {
  if (status === JobStatus.PENDING) return "Waiting for a worker …";
  return isTerminal(status) ? "Reading what it printed …" : "Running in a fresh container …";
}
