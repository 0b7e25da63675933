import { useEffect, useState } from "react";
import { Icon } from "./icon.tsx";

const CONFIRMED_MS = 1_500;

/** Copies `text`. Absent where the browser has no clipboard for us: over plain HTTP from another machine. */
export function CopyButton({ text, label }: { text: string; label: string }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), CONFIRMED_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  if (!isSecureContext) return null;
  return (
    <button
      type="button"
      aria-label={copied ? "Copied" : label}
      title={copied ? "Copied" : label}
      className="text-muted hover:bg-sunken hover:text-ink -my-1 rounded-md p-1"
      onClick={() => {
        navigator.clipboard.writeText(text).then(
          () => setCopied(true),
          // Refused by the person or the browser: the text is there to be selected.
          () => undefined,
        );
      }}
    >
      <Icon name={copied ? "check" : "copy"} className="size-3.5" />
    </button>
  );
}
