import { isTerminal } from "@lambda-lite/shared";
import type { Job } from "@lambda-lite/shared";
import { useState } from "react";
import { Button } from "../../../components/ui/button.tsx";
import { Card } from "../../../components/ui/card.tsx";
import { CopyButton } from "../../../components/ui/copy-button.tsx";
import { Icon } from "../../../components/ui/icon.tsx";
import { Notice } from "../../../components/ui/notice.tsx";
import { Tabs } from "../../../components/ui/tabs.tsx";
import { useCancelJob } from "../api/use-cancel-job.ts";
import { useJob } from "../api/use-job.ts";
import type { CurrentJob } from "../api/use-job.ts";
import { JobOutput } from "./job-output.tsx";
import { JobSource } from "./job-source.tsx";
import { JobStatusBadge } from "./job-status-badge.tsx";

export interface JobActions {
  onEdit: (job: Job) => void;
  /** Shows the place in the editor. @returns false when the editor holds other code than the job's. */
  goToInEditor: (job: Job, line: number, column: number) => boolean;
}

/** One job: what became of it, and what it was. */
export function JobPanel({ id, ...actions }: { id: string } & JobActions) {
  const current = useJob(id);
  const { job, error, retry } = current;
  return (
    <Card
      title="Job"
      actions={
        job && (
          <span className="-mr-2 flex">
            {!isTerminal(job.status) && <CancelButton id={id} />}
            <Button variant="ghost" onClick={() => actions.onEdit(job)}>
              <Icon name="pencil" className="size-3.5" /> Edit again
            </Button>
          </span>
        )
      }
    >
      <div className="flex flex-col gap-4 p-4">
        {error && <Notice onRetry={retry}>{error.message}</Notice>}
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          {/* Stays while jobs change: what is said in a region that just came isn't read out. */}
          <span data-testid="status" role="status">
            {job && <JobStatusBadge status={job.status} exit={job.exit} />}
          </span>
          {(job || !error) && (
            <span className="text-muted flex items-center gap-1.5 text-xs">
              <code>{id}</code> <CopyButton text={id} label="Copy the id" />
            </span>
          )}
        </div>
        {!job && !error && <p className="text-muted text-sm">Loading the job …</p>}
        {job && <JobTabs key={id} job={job} complete={current.complete} goToInEditor={actions.goToInEditor} />}
      </div>
    </Card>
  );
}

function CancelButton({ id }: { id: string }) {
  const { mutate, isPending, isSuccess } = useCancelJob(id);
  return (
    <Button variant="ghost" data-testid="cancel" disabled={isPending || isSuccess} onClick={() => mutate()}>
      <Icon name="stop" className="size-3.5" /> {isSuccess ? "Stopping …" : "Stop"}
    </Button>
  );
}

const TABS = [
  ["output", "Output"],
  ["source", "Code and arguments"],
] as const;

type JobTabsProps = { job: Job } & Pick<CurrentJob, "complete"> & Pick<JobActions, "goToInEditor">;

function JobTabs({ job, complete, goToInEditor }: JobTabsProps) {
  const [tab, setTab] = useState<"output" | "source">("output");
  const [line, setLine] = useState<number>();

  function goTo(at: number, column: number) {
    if (goToInEditor(job, at, column)) return;
    setLine(at);
    setTab("source");
  }
  return (
    <Tabs label="About the job" tabs={TABS} selected={tab} onSelect={setTab}>
      {tab === "output" ? (
        <JobOutput job={job} complete={complete} onGoTo={goTo} />
      ) : (
        <JobSource job={job} line={line} />
      )}
    </Tabs>
  );
}
