import { Editor } from "@monaco-editor/react";
import type { OnMount } from "@monaco-editor/react";
import { useEffect, useRef } from "react";
import { useTheme } from "../../lib/use-theme.ts";
import { monaco } from "./monaco.ts";

/** What the page may do with the editor. Its text is asked for, never pushed: a controlled editor loses keystrokes. */
export interface EditorHandle {
  getCode(): string;
  setCode(code: string): void;
  goTo(line: number, column: number): void;
}

interface CodeEditorProps {
  initialCode: string;
  onReady: (editor: EditorHandle) => void;
  /** Ctrl/Cmd + Enter. */
  onRun: () => void;
}

export default function CodeEditor({ initialCode, onReady, onRun }: CodeEditorProps) {
  const { theme } = useTheme();
  const run = useRef(onRun);
  useEffect(() => {
    run.current = onRun;
  }, [onRun]);

  const onMount: OnMount = (editor) => {
    editor.addCommand(monaco.KeyMod.CtrlCmd | monaco.KeyCode.Enter, () => run.current());
    onReady({
      getCode: () => editor.getValue(),
      setCode: (code) => editor.setValue(code),
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
      theme={theme === "dark" ? "vs-dark" : "light"}
      onMount={onMount}
      loading={<EditorLoading />}
      options={{
        minimap: { enabled: false },
        fontSize: 14,
        lineNumbersMinChars: 3,
        scrollBeyondLastLine: false,
        padding: { top: 12, bottom: 12 },
        automaticLayout: true,
        tabSize: 2,
        ariaLabel: "Code",
        fixedOverflowWidgets: true,
      }}
    />
  );
}

export function EditorLoading() {
  return <p className="text-muted p-4 text-sm">Loading the editor …</p>;
}
