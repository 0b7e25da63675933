import type { JobSubmission } from "@lambda-lite/shared";
import { DEFAULT_LIMITS } from "@lambda-lite/shared";
import { Suspense, lazy, useEffect } from "react";
import { ErrorBoundary } from "../../components/error-boundary.tsx";
import { Button } from "../../components/ui/button.tsx";
import { Card } from "../../components/ui/card.tsx";
import { Field, TextField } from "../../components/ui/field.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { Notice } from "../../components/ui/notice.tsx";
import { fieldErrors } from "./field-errors.ts";
import type { FieldErrors } from "./field-errors.ts";
import type { DraftForm } from "./use-draft.ts";

// A megabyte that the rest of the page doesn't wait for.
const CodeEditor = lazy(async () => ({ default: (await import("./code-editor.tsx")).CodeEditor }));

interface RunFormProps {
  draft: DraftForm;
  pending: boolean;
  error: Error | null;
  /** Something was edited: what was said about it before is no longer true. */
  onEdited: () => void;
  onRun: (submission: JobSubmission) => void;
}

/** Code, arguments, timeout, and the button that runs them. */
export function RunForm({ draft, pending, error, onEdited, onRun }: RunFormProps) {
  const refused = fieldErrors(error);

  function run() {
    const submission = draft.submission();
    if (submission && !pending) onRun(submission);
  }
  useRunKey(run);

  return (
    <Card title="Function" className="lg:h-[calc(100dvh-6.5rem)] lg:min-h-120">
      <div data-testid="editor" className="h-[46vh] min-h-64 lg:h-auto lg:flex-1">
        <ErrorBoundary what="The editor">
          <Suspense fallback={<p className="text-muted p-4 text-sm">Loading the editor …</p>}>
            <CodeEditor
              initialCode={draft.initialCode}
              onRun={run}
              onReady={draft.setEditor}
              onChange={(code) => {
                draft.onCodeChange(code);
                onEdited();
              }}
            />
          </Suspense>
        </ErrorBoundary>
      </div>
      <form
        className="border-line border-t px-4 pt-4 pb-2"
        onSubmit={(event) => {
          event.preventDefault();
          run();
        }}
      >
        <Inputs draft={draft} refused={refused} pending={pending} onEdited={onEdited} />
        {error && (
          <div className="pb-2">
            <Notice>
              {error.message}
              {refused.others.length > 0 && `: ${refused.others.join("; ")}`}
            </Notice>
          </div>
        )}
      </form>
    </Card>
  );
}

interface InputsProps extends Pick<RunFormProps, "draft" | "pending" | "onEdited"> {
  refused: FieldErrors;
}

function Inputs({ draft, refused, pending, onEdited }: InputsProps) {
  const { args, timeout } = draft;
  return (
    <div className="flex flex-wrap items-start gap-x-4 gap-y-1">
      <div className="min-w-0 grow basis-56">
        <TextField
          label="Arguments"
          hint="JSON array"
          data-testid="args"
          value={draft.argsText}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => {
            draft.setArgsText(event.target.value);
            onEdited();
          }}
          error={args.ok ? refused.args : args.error}
        />
      </div>
      <div className="w-32 grow sm:grow-0">
        <Field
          label="Timeout"
          hint="ms"
          data-testid="timeout"
          inputMode="numeric"
          autoComplete="off"
          placeholder={String(DEFAULT_LIMITS.timeout)}
          value={draft.timeoutText}
          onChange={(event) => {
            draft.setTimeoutText(event.target.value);
            onEdited();
          }}
          error={timeout.ok ? refused.timeout : timeout.error}
        />
      </div>
      <Button
        type="submit"
        variant="primary"
        data-testid="run"
        className="mt-[1.625rem] h-9.5 min-w-24"
        disabled={!draft.editor || pending || !args.ok || !timeout.ok}
        title="Ctrl + Enter"
        aria-keyshortcuts="Control+Enter Meta+Enter"
      >
        <Icon name="play" className="size-3.5" />
        {pending ? "Sending …" : "Run"}
      </Button>
    </div>
  );
}

/** Ctrl/Cmd + Enter from anywhere on the page. Monaco has it as a command of its own, and says that it was handled. */
function useRunKey(run: () => void) {
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent) {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.defaultPrevented || event.repeat) return;
      event.preventDefault();
      run();
    }
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  });
}
