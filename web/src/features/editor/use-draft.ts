import type { Job, JobSubmission } from "@lambda-lite/shared";
import { useEffect, useRef, useState } from "react";
import type { EditorHandle } from "./code-editor.tsx";
import { readDraft, saveDraft } from "./draft-storage.ts";
import { parseArgs, parseTimeout } from "./parse-args.ts";

export type DraftForm = ReturnType<typeof useDraft>;

/** The function that is being written. The editor holds its code, and is asked for it; the fields are held here. */
export function useDraft() {
  const [initial] = useState(readDraft);
  const [argsText, setArgsText] = useState(initial.args);
  const [timeoutText, setTimeoutText] = useState(initial.timeout);
  const [editor, setEditor] = useState<EditorHandle>();
  const code = useRef(initial.code);
  const args = parseArgs(argsText);
  const timeout = parseTimeout(timeoutText);

  const fields = useRef({ args: argsText, timeout: timeoutText });
  useEffect(() => {
    fields.current = { args: argsText, timeout: timeoutText };
    saveDraft({ code: code.current, ...fields.current });
  }, [argsText, timeoutText]);

  return {
    initialCode: initial.code,
    argsText,
    setArgsText,
    args,
    timeoutText,
    setTimeoutText,
    timeout,
    editor,
    setEditor,
    onCodeChange(text: string) {
      code.current = text;
      saveDraft({ code: text, ...fields.current });
    },
    /** What Run sends; undefined while something is missing or wrong. */
    submission(): JobSubmission | undefined {
      if (!editor || !args.ok || !timeout.ok) return undefined;
      return {
        code: editor.getCode(),
        args: args.value,
        ...(timeout.value !== undefined && { timeout: timeout.value }),
      };
    },
    /** Takes a job's function to work on. What was in the editor comes back with undo. */
    load(job: Pick<Job, "code" | "args" | "limits">) {
      editor?.setCode(job.code);
      setArgsText(JSON.stringify(job.args));
      setTimeoutText(String(job.limits.timeout));
    },
  };
}
