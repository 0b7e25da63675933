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

/** Monaco's own colours for the code, on the page's own ground (theme.css): it can't read CSS variables. */
export const EDITOR_THEMES = { light: "page-light", dark: "page-dark" } as const;
const TRANSPARENT = "#00000000";
// Monaco's own green of comments is too dim for the page's dark ground (WCAG asks for a contrast of 4.5).
const DARK_COMMENT = "7fae6c";
for (const [name, base, rules] of [
  [EDITOR_THEMES.light, "vs", []],
  [EDITOR_THEMES.dark, "vs-dark", [{ token: "comment", foreground: DARK_COMMENT }]],
] as const) {
  monaco.editor.defineTheme(name, {
    base,
    inherit: true,
    rules: [...rules],
    colors: {
      "editor.background": TRANSPARENT,
      "editorGutter.background": TRANSPARENT,
      "editor.lineHighlightBorder": TRANSPARENT,
      "editor.lineHighlightBackground": "#8080a014",
    },
  });
}

// Bundled: the wrapper would load it from a CDN otherwise.
loader.config({ monaco });

export { monaco };
