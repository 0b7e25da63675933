import type { ReactNode } from "react";

/** More than this isn't laid out: the browser would stand still. */
const SHOWN_CHARACTERS = 100_000;

/** A piece of output: scrolls within itself, and shows at most its first 100,000 characters. */
export function OutputBlock({
  title,
  testId,
  tone = "",
  children,
}: {
  title: string;
  testId: string;
  tone?: string;
  children: ReactNode;
}) {
  const text = typeof children === "string" ? children : undefined;
  const hidden = text ? text.length - SHOWN_CHARACTERS : 0;
  return (
    <div>
      <h3 className="text-muted mb-1.5 text-xs font-medium tracking-wide uppercase">{title}</h3>
      <pre
        data-testid={testId}
        // Scrollable with the keyboard too.
        tabIndex={0}
        className={`bg-sunken border-line max-h-72 overflow-auto rounded-lg border p-3 font-mono text-[13px] leading-relaxed break-words whitespace-pre-wrap ${tone}`}
      >
        {text ? text.slice(0, SHOWN_CHARACTERS) : children}
      </pre>
      {hidden > 0 && (
        <p className="text-muted mt-1 text-xs">
          {hidden.toLocaleString()} more characters: GET /api/jobs has them all.
        </p>
      )}
    </div>
  );
}
