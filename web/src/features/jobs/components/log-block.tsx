import { useLayoutEffect, useRef, useState } from "react";
import { CopyButton } from "../../../components/ui/copy-button.tsx";
import type { LogPiece, LogText } from "../api/log-text.ts";

/** So near to its end a log is followed, in pixels: a line. */
const NEAR_END_PX = 24;

const TONES: Readonly<Record<LogPiece["stream"], string>> = {
  stdout: "",
  stderr: "text-bad",
  note: "text-muted italic",
};

interface LogBlockProps {
  log: LogText;
  /** The whole text, when it is known. */
  whole: string | undefined;
  running: boolean;
}

/** What a job prints, as it prints it. Stays at the end while one looks there. */
export function LogBlock({ log, whole, running }: LogBlockProps) {
  const box = useRef<HTMLPreElement>(null);
  const [following, setFollowing] = useState(true);
  const { pieces, hidden } = log;

  useLayoutEffect(() => {
    if (following && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [pieces, following]);

  function onScroll() {
    const { scrollTop, scrollHeight, clientHeight } = box.current as HTMLPreElement;
    setFollowing(scrollHeight - scrollTop - clientHeight < NEAR_END_PX);
  }
  return (
    <div>
      <div className="mb-1.5 flex items-center justify-between">
        <h3 className="text-muted text-xs font-medium">
          Logs{running && <span className="ml-2 font-normal">{following ? "live" : "live, scrolled up"}</span>}
        </h3>
        <CopyButton text={whole ?? pieces.map(({ text }) => text).join("")} label="Copy logs" />
      </div>
      {hidden > 0 && (
        <p className="text-muted mb-1 text-xs">
          {hidden.toLocaleString()} earlier characters aren't shown; when the job has ended, copying takes them all.
        </p>
      )}
      <pre
        ref={box}
        data-testid="logs"
        // Scrollable with the keyboard too.
        tabIndex={0}
        role="log"
        aria-label="Logs"
        // Read out by request only: programs may print without end.
        aria-live="off"
        onScroll={onScroll}
        className="bg-sunken border-line max-h-80 overflow-auto rounded-lg border px-3 py-2.5 font-mono text-[13px] leading-relaxed break-words whitespace-pre-wrap"
      >
        {pieces.map(({ stream, text, end }, index) => (
          <span key={`${index}-${stream}-${end - text.length}`} className={TONES[stream]}>
            {text}
          </span>
        ))}
      </pre>
    </div>
  );
}
