import type { ReactNode } from "react";
import { Button } from "./button.tsx";

/** Something went wrong, and what to do about it. */
export function Notice({ children, onRetry }: { children: ReactNode; onRetry?: (() => void) | undefined }) {
  return (
    <div
      role="alert"
      className="text-bad border-bad/30 bg-bad/8 flex items-center justify-between gap-3 rounded-lg border px-3 py-2 text-sm"
    >
      <div className="min-w-0 break-words">{children}</div>
      {onRetry && (
        <Button className="h-7 px-2.5 text-xs" onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}
