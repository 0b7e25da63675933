import type { Job } from "@lambda-lite/shared";
import { useEffect, useMemo, useRef } from "react";
import { formatDuration, formatJson } from "../../../lib/format.ts";
import { OutputBlock } from "./output-block.tsx";

/** The marked line stands this far from the top, in lines, so that what leads to it is seen too. */
const LINES_ABOVE = 3;
const LINE_HEIGHT_PX = 20;
const PADDING_PX = 10;
/** More isn't laid out: the browser would stand still. */
const SHOWN_CHARACTERS = 100_000;

/** What a job was asked to do. */
export function JobSource({ job, line }: { job: Job; line: number | undefined }) {
  const args = useMemo(() => formatJson(job.args), [job.args]);
  return (
    <div className="flex flex-col gap-4">
      <Code code={job.code} line={line} />
      <OutputBlock title="Arguments" testId="job-args" text={args} />
      <p className="text-muted text-xs">
        Limits: {formatDuration(job.limits.timeout)}, {job.limits.memory} MB, {job.limits.cpus} CPU
      </p>
    </div>
  );
}

function Code({ code, line }: { code: string; line: number | undefined }) {
  const box = useRef<HTMLDivElement>(null);
  const shown = code.slice(0, SHOWN_CHARACTERS);
  const numbers = useMemo(
    () =>
      shown
        .split("\n")
        .map((_, index) => index + 1)
        .join("\n"),
    [shown],
  );
  useEffect(() => {
    if (line !== undefined) box.current?.scrollTo({ top: (line - 1 - LINES_ABOVE) * LINE_HEIGHT_PX });
  }, [line]);
  return (
    <div>
      <h3 className="text-muted mb-1.5 text-xs font-medium">Code</h3>
      <div
        ref={box}
        // Scrollable with the keyboard too.
        tabIndex={0}
        role="region"
        aria-label="Code of the job"
        className="bg-sunken border-line relative flex max-h-80 overflow-auto rounded-lg border font-mono text-[13px]"
        style={{ lineHeight: `${LINE_HEIGHT_PX}px`, paddingBlock: PADDING_PX }}
      >
        {line !== undefined && (
          <div
            aria-hidden
            data-testid="marked-line"
            className="bg-bad/15 absolute inset-x-0"
            style={{ top: PADDING_PX + (line - 1) * LINE_HEIGHT_PX, height: LINE_HEIGHT_PX }}
          />
        )}
        <pre aria-hidden className="text-muted px-3 text-right select-none">
          {numbers}
        </pre>
        <pre data-testid="job-code" className="relative pr-3">
          {shown}
        </pre>
      </div>
      {code.length > SHOWN_CHARACTERS && <p className="text-muted mt-1 text-xs">The rest opens with “Edit again”.</p>}
    </div>
  );
}
