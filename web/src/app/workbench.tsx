import type { Job } from "@lambda-lite/shared";
import { useRef, useState } from "react";
import { Card } from "../components/ui/card.tsx";
import type { EditorHandle } from "../features/editor/code-editor.tsx";
import { RunForm } from "../features/editor/run-form.tsx";
import { useSubmitJob } from "../features/jobs/api/use-submit-job.ts";
import { JobPanel } from "../features/jobs/components/job-panel.tsx";
import { NewestJobs } from "../features/jobs/components/newest-jobs.tsx";
import { useSelectedJob } from "./use-selected-job.ts";

/** The page's one place of work: write, run, look. */
export function Workbench() {
  const [selectedId, select] = useSelectedJob();
  const submit = useSubmitJob(select);
  const editor = useRef<EditorHandle>(undefined);
  /** What the form was last filled with; a new job begins a new form. */
  const [draft, setDraft] = useState<Job>();

  return (
    <main className="mx-auto grid max-w-7xl gap-5 p-4 sm:p-6 lg:grid-cols-[minmax(0,7fr)_minmax(0,5fr)]">
      <RunForm
        key={draft?.id ?? "sample"}
        initial={draft}
        pending={submit.isPending}
        error={submit.error}
        onRun={submit.mutate}
        onEditorReady={(handle) => {
          editor.current = handle;
          // The model outlives the form that it was made for.
          if (draft) handle.setCode(draft.code);
        }}
      />
      <div className="flex min-w-0 flex-col gap-5">
        {selectedId ? (
          <JobPanel id={selectedId} onEdit={setDraft} onGoTo={(line, column) => editor.current?.goTo(line, column)} />
        ) : (
          <Card title="Job">
            <p className="text-muted p-4 text-sm">Run the function, or choose a job below.</p>
          </Card>
        )}
        <NewestJobs selectedId={selectedId} onSelect={select} />
      </div>
    </main>
  );
}
