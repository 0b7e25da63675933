import { Editor } from "@monaco-editor/react";
import type { EditorProps, OnMount } from "@monaco-editor/react";
import { useEffect, useRef } from "react";
import { useTheme } from "../../lib/use-theme.ts";
import { EDITOR_THEMES, monaco } from "./monaco.ts";

/** What the page may do with the editor. Its text is asked for, never pushed: a controlled editor loses keystrokes. */
export interface EditorHandle {
  getCode(): string;
  /** As an edit, so that undo brings back what was there. */
  setCode(code: string): void;
  goTo(line: number, column: number): void;
}

interface CodeEditorProps {
  initialCode: string;
  onReady: (editor: EditorHandle) => void;
  onChange: (code: string) => void;
  /** Ctrl/Cmd + Enter. */
  onRun: () => void;
}

const OPTIONS: NonNullable<EditorProps["options"]> = {
  minimap: { enabled: false },
  stickyScroll: { enabled: false },
  overviewRulerLanes: 0,
  overviewRulerBorder: false,
  hideCursorInOverviewRuler: true,
  scrollbar: { verticalScrollbarSize: 10, horizontalScrollbarSize: 10 },
  fontSize: 13.5,
  lineHeight: 21,
  lineNumbersMinChars: 3,
  scrollBeyondLastLine: false,
  padding: { top: 14, bottom: 14 },
  automaticLayout: true,
  tabSize: 2,
  ariaLabel: "Code. Press Control M to leave the editor with Tab.",
  fixedOverflowWidgets: true,
};

export function CodeEditor({ initialCode, onReady, onChange, onRun }: CodeEditorProps) {
  const { theme } = useTheme();
  // Monaco keeps the first command it gets; through this it runs the newest.
  const run = useRef(onRun);
  useEffect(() => {
    run.current = onRun;
  }, [onRun]);

  const onMount: OnMount = (editor) => {
    editor.addCommand(monaco.KeyMod.CtrlCmd | monaco.KeyCode.Enter, () => run.current());
    onReady({
      getCode: () => editor.getValue(),
      setCode(code) {
        const range = editor.getModel()?.getFullModelRange();
        if (!range) return;
        editor.pushUndoStop();
        editor.executeEdits("load", [{ range, text: code }]);
        editor.pushUndoStop();
        editor.setScrollTop(0);
      },
      goTo(lineNumber, column) {
        editor.setPosition({ lineNumber, column });
        editor.revealLineInCenter(lineNumber);
        editor.focus();
      },
    });
  };

  return (
    <Editor
      language="javascript"
      path="main.js"
      defaultValue={initialCode}
      theme={EDITOR_THEMES[theme]}
      onMount={onMount}
      onChange={(code) => onChange(code ?? "")}
      loading={<EditorLoading />}
      options={OPTIONS}
    />
  );
}

function EditorLoading() {
  return <p className="text-muted p-4 text-sm">Loading the editor …</p>;
}
