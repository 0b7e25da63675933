import { loader } from "@monaco-editor/react";
// Only what a JavaScript editor needs; the whole of Monaco adds two workers and eighty languages.
import * as monaco from "monaco-editor/editor/editor.api";
import EditorWorker from "monaco-editor/editor/editor.worker?worker";
import "monaco-editor/features/register.all";
import "monaco-editor/languages/definitions/javascript/register";
import "monaco-editor/languages/features/typescript/register";
import TypeScriptWorker from "monaco-editor/languages/features/typescript/ts.worker?worker";

self.MonacoEnvironment = {
  getWorker: (_id, label) =>
    label === "javascript" || label === "typescript" ? new TypeScriptWorker() : new EditorWorker(),
};
// Bundled: the wrapper would load it from a CDN otherwise.
loader.config({ monaco });

export { monaco };
