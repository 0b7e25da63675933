import { JobStatus, isTerminal } from "@lambda-lite/shared";
import type { Job } from "@lambda-lite/shared";
import { useMemo } from "react";
import { formatJson } from "../../../lib/format.ts";
import { KEPT_CHARACTERS, emptyLog } from "../api/log-text.ts";
import type { LogText } from "../api/log-text.ts";
import { useLog } from "../api/use-log.ts";
import { ErrorText } from "./error-text.tsx";
import { JobMeasurements } from "./job-measurements.tsx";
import { LogBlock } from "./log-block.tsx";
import { OutputBlock } from "./output-block.tsx";

interface JobOutputProps {
  job: Job;
  complete: boolean;
  onGoTo: (line: number, column: number) => void;
}

/** What a job came to: error or result, what it printed, and where the time went. */
export function JobOutput({ job, complete, onGoTo }: JobOutputProps) {
  const { result } = job;
  const heard = useLog(job.id);
  const log = heard.pieces.length > 0 || !job.logs ? heard : asRead(job.logs);
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
      {log.pieces.length > 0 ? (
        <LogBlock log={log} whole={job.logs} running={!isTerminal(job.status)} />
      ) : (
        <Progress job={job} complete={complete} />
      )}
      <JobMeasurements job={job} />
    </div>
  );
}

/** Without a connection, a log is what was read with the job. */
function asRead(text: string): LogText {
  return {
    ...emptyLog,
    pieces: [{ stream: "stdout", text: text.slice(-KEPT_CHARACTERS), end: text.length }],
    ended: true,
  };
}

/** Where output will be. */
function Progress({ job, complete }: { job: Job; complete: boolean }) {
  return <p className="text-muted text-sm">{complete ? "It printed nothing." : progress(job)}</p>;
}

function progress({ status }: Job): string {
  if (status === JobStatus.PENDING) return "Waiting for a worker …";
  return isTerminal(status) ? "Reading what it printed …" : "Running in a fresh container …";
}
