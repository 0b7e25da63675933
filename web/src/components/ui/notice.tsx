import type { ReactNode } from "react";

/** Something went wrong, and what to do about it. */
export function Notice({ children }: { children: ReactNode }) {
  return (
    <div role="alert" className="text-bad border-bad/30 bg-bad/8 rounded-lg border px-3 py-2 text-sm">
      {children}
    </div>
  );
}
