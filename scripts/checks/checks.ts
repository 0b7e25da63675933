import { globSync } from "node:fs";

import { root } from "../lib/paths.ts";
import type { Check } from "./run-check.ts";

/** What every commit has to pass besides the tests. Import directions are part of the lint (.oxlintrc.json). */
export function allChecks(): Check[] {
  return [
    { name: "types (tsc -b)", command: "tsc", args: ["-b"] },
    { name: "lint (oxlint)", command: "oxlint", args: ["--type-aware"] },
    { name: "format (oxfmt)", command: "oxfmt", args: ["--check", "."] },
    { name: "dead code (knip)", command: "knip", args: ["--no-progress", "--no-config-hints"] },
    { name: "shell syntax", command: "sh", args: ["-c", shellSyntax, "sh", ...shellScripts()] },
  ];
}

/** Each file by the shell that its first line names. */
const shellSyntax =
  'for file; do case $(head -n 1 "$file") in *bash*) bash -n "$file" ;; *) sh -n "$file" ;; esac || exit 1; done';

function shellScripts(): string[] {
  return [...globSync("{scripts,sandbox}/**/*.sh", { cwd: root }), ".ci/run"];
}
