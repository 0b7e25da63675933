import { execa } from "execa";

import { createTail, onLines } from "./lines.ts";
import type { Step } from "./screen.ts";
import { SetupError } from "./setup-error.ts";

export interface CommandOptions {
  cwd?: string;
  env?: Record<string, string>;
  signal?: AbortSignal;
}

/** Runs a program to its end, its latest line as the step's progress. Its last lines go into the error if it fails. */
export async function runCommand(
  step: Step,
  file: string,
  args: string[],
  options: CommandOptions = {},
): Promise<void> {
  const tail = createTail(20);
  const child = execa(file, args, {
    all: true,
    buffer: false,
    reject: false,
    stdin: "ignore",
    ...(options.cwd ? { cwd: options.cwd } : {}),
    ...(options.env ? { env: options.env } : {}),
    ...(options.signal ? { cancelSignal: options.signal } : {}),
  });
  onLines(child.all, (line) => {
    tail.push(line);
    if (line.trim()) step.progress(line.trim());
  });
  const result = await child;
  if (!result.failed) return;
  if (result.isCanceled) throw new SetupError(`stopped: ${file}`);
  const why = result.exitCode === undefined ? result.shortMessage : `exit code ${result.exitCode}`;
  throw new SetupError(
    [`${[file, ...args].join(" ")} failed (${why}):`, ...tail.lines().map((line) => `  ${line}`)].join("\n"),
  );
}
