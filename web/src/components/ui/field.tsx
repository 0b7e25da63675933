import { useId } from "react";
import type { ComponentProps } from "react";

/** A labelled input with what is wrong about it. */
export function Field({
  label,
  hint,
  error,
  ...input
}: ComponentProps<"input"> & { label: string; hint?: string; error?: string | undefined }) {
  const id = useId();
  return (
    <div>
      <label htmlFor={id} className="mb-1.5 flex items-baseline justify-between gap-2 text-sm font-medium">
        {label} {hint && <span className="text-muted text-xs font-normal">{hint}</span>}
      </label>
      <input
        {...input}
        id={id}
        aria-invalid={error !== undefined}
        aria-describedby={`${id}-error`}
        className={`bg-sunken h-9 w-full rounded-lg border px-3 font-mono text-sm ${error ? "border-bad" : "border-line"}`}
      />
      <p id={`${id}-error`} className="text-bad mt-1 min-h-4 text-xs" aria-live="polite">
        {error}
      </p>
    </div>
  );
}
