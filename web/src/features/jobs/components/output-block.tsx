import type { ReactNode } from "react";
import { CopyButton } from "../../../components/ui/copy-button.tsx";

/** More than this isn't laid out: the browser would stand still. */
const SHOWN_CHARACTERS = 100_000;

interface OutputBlockProps {
  title: string;
  testId: string;
  text: string;
  tone?: string;
  /** How the shown part of the text is drawn; as it is when left out. */
  render?: (shown: string) => ReactNode;
}

/** A piece of output: scrolls within itself, and shows at most its first 100,000 characters. Copying takes all. */
export function OutputBlock({ title, testId, text, tone = "", render }: OutputBlockProps) {
  const shown = text.slice(0, SHOWN_CHARACTERS);
  const hidden = text.length - shown.length;
  return (
    <div>
      <div className="mb-1.5 flex items-center justify-between">
        <h3 className="text-muted text-xs font-medium">{title}</h3>
        <CopyButton text={text} label={`Copy ${title.toLowerCase()}`} />
      </div>
      <pre
        data-testid={testId}
        // Scrollable with the keyboard too.
        tabIndex={0}
        role="region"
        aria-label={title}
        className={`bg-sunken border-line max-h-80 overflow-auto rounded-lg border px-3 py-2.5 font-mono text-[13px] leading-relaxed break-words whitespace-pre-wrap ${tone}`}
      >
        {render ? render(shown) : shown}
      </pre>
      {hidden > 0 && (
        <p className="text-muted mt-1 text-xs">
          {hidden.toLocaleString()} more characters aren't shown; copying takes them all.
        </p>
      )}
    </div>
  );
}
