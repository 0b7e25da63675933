import { useRef } from "react";
import { Card } from "../components/ui/card.tsx";
import { RunForm } from "../features/editor/run-form.tsx";
import { useDraft } from "../features/editor/use-draft.ts";
import { useSubmitJob } from "../features/jobs/api/use-submit-job.ts";
import { JobPanel } from "../features/jobs/components/job-panel.tsx";
import { NewestJobs } from "../features/jobs/components/newest-jobs.tsx";
import { isUnauthenticated } from "../lib/api-error.ts";
import { useSelectedJob } from "./use-selected-job.ts";

/** Below this width everything is in one column, and what was chosen may be out of sight (Tailwind's `lg`). */
const ONE_COLUMN = "(width < 64rem)";

/** The page's one place of work: write, run, look. */
export function Workbench() {
  const [selectedId, select] = useSelectedJob();
  const draft = useDraft();
  const panel = useRef<HTMLDivElement>(null);
  const form = useRef<HTMLDivElement>(null);
  const submit = useSubmitJob(show);

  function show(id: string) {
    select(id);
    bringIntoSight(panel.current);
  }

  return (
    <main className="mx-auto grid max-w-7xl items-start gap-5 p-4 sm:p-6 lg:grid-cols-[minmax(0,7fr)_minmax(0,5fr)]">
      <div ref={form} className="min-w-0 scroll-mt-18 lg:sticky lg:top-20">
        <RunForm
          draft={draft}
          pending={submit.isPending}
          // Without a key a dialog asks for it; saying so here too would outlast the answer.
          error={isUnauthenticated(submit.error) ? null : submit.error}
          onRun={submit.mutate}
          onEdited={() => {
            if (submit.isError) submit.reset();
          }}
        />
      </div>
      <div className="flex min-w-0 flex-col gap-5">
        <div ref={panel} className="scroll-mt-18">
          {selectedId ? (
            <JobPanel
              id={selectedId}
              onEdit={(job) => {
                draft.load(job);
                bringIntoSight(form.current);
              }}
              goToInEditor={(job, line, column) => {
                if (draft.editor?.getCode() !== job.code) return false;
                bringIntoSight(form.current);
                draft.editor.goTo(line, column);
                return true;
              }}
            />
          ) : (
            <Card title="Job">
              <p className="text-muted p-4 text-sm">Run the function, or choose one of the newest jobs.</p>
            </Card>
          )}
        </div>
        <NewestJobs selectedId={selectedId} onSelect={show} />
      </div>
    </main>
  );
}

function bringIntoSight(element: HTMLElement | null) {
  if (matchMedia(ONE_COLUMN).matches) element?.scrollIntoView({ block: "start" });
}
