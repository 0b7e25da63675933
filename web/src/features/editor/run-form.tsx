import type { Job, JobSubmission } from "@lambda-lite/shared";
import { Suspense, lazy, useState } from "react";
import { Button } from "../../components/ui/button.tsx";
import { Card } from "../../components/ui/card.tsx";
import { Field } from "../../components/ui/field.tsx";
import { Notice } from "../../components/ui/notice.tsx";
import { ApiError } from "../../lib/api-error.ts";
import type { EditorHandle } from "./code-editor.tsx";
import { parseArgs, parseTimeout } from "./parse-args.ts";
import { SAMPLE_ARGS, SAMPLE_CODE } from "./sample.ts";

// A megabyte that the rest of the page doesn't wait for.
const CodeEditor = lazy(() => import("./code-editor.tsx"));

interface RunFormProps {
  /** What the fields begin with; a new `key` begins anew. */
  initial: Pick<Job, "code" | "args" | "limits"> | undefined;
  pending: boolean;
  error: Error | null;
  onEditorReady: (editor: EditorHandle) => void;
  onRun: (submission: JobSubmission) => void;
}

/** Code, arguments, timeout, and the button that runs them. */
export function RunForm({ initial, pending, error, onEditorReady, onRun }: RunFormProps) {
  const [editor, setEditor] = useState<EditorHandle>();
  const [argsText, setArgsText] = useState(initial ? JSON.stringify(initial.args) : SAMPLE_ARGS);
  const [timeoutText, setTimeoutText] = useState(initial ? String(initial.limits.timeout) : "");
  const args = parseArgs(argsText);
  const timeout = parseTimeout(timeoutText);
  const refused = error instanceof ApiError ? error.errors : [];
  const refusal = (path: string) => refused.find((wrong) => wrong.path.split(".")[0] === path)?.message;

  function run() {
    if (!editor || pending || !args.ok || !timeout.ok) return;
    onRun({ code: editor.getCode(), args: args.value, ...(timeout.value !== undefined && { timeout: timeout.value }) });
  }

  return (
    <Card title="Function" className="min-h-0">
      <div data-testid="editor" className="h-[46vh] min-h-72">
        <Suspense fallback={<p className="text-muted p-4 text-sm">Loading the editor …</p>}>
          <CodeEditor
            initialCode={initial?.code ?? SAMPLE_CODE}
            onRun={run}
            onReady={(handle) => {
              setEditor(handle);
              onEditorReady(handle);
            }}
          />
        </Suspense>
      </div>
      <form
        className="border-line flex flex-wrap items-start gap-x-4 gap-y-2 border-t p-4 pb-2"
        onSubmit={(event) => {
          event.preventDefault();
          run();
        }}
      >
        <div className="min-w-0 grow basis-64">
          <Field
            label="Arguments"
            hint="JSON array"
            data-testid="args"
            value={argsText}
            spellCheck={false}
            onChange={(event) => setArgsText(event.target.value)}
            error={args.ok ? refusal("args") : args.error}
          />
        </div>
        <div className="w-36">
          <Field
            label="Timeout"
            hint="ms"
            data-testid="timeout"
            inputMode="numeric"
            placeholder="30000"
            value={timeoutText}
            onChange={(event) => setTimeoutText(event.target.value)}
            error={timeout.ok ? refusal("timeout") : timeout.error}
          />
        </div>
        <Button
          type="submit"
          variant="primary"
          data-testid="run"
          className="mt-[1.625rem]"
          disabled={!editor || pending || !args.ok || !timeout.ok}
          title="Ctrl + Enter"
        >
          {pending ? "Sending …" : "Run"}
        </Button>
      </form>
      {error && (
        <div className="px-4 pb-4">
          <Notice>
            {error.message}
            {refusal("code") && `: code ${refusal("code")}`}
          </Notice>
        </div>
      )}
    </Card>
  );
}
