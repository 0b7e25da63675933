import { useId } from "react";
import type { ComponentProps, ReactNode } from "react";

interface FieldFrame {
  label: string;
  hint?: string;
  error?: string | undefined;
}

/** What ties an input to its label and to what is wrong about it. */
function useFrame({ label, hint, error }: FieldFrame) {
  const id = useId();
  const input = {
    id,
    "aria-invalid": error !== undefined,
    "aria-describedby": `${id}-hint ${id}-error`,
    className: `bg-sunken w-full rounded-lg border px-3 py-1.5 font-mono text-sm leading-6 ${error ? "border-bad" : "border-line"}`,
  };
  const frame = (children: ReactNode) => (
    <div>
      <div className="mb-1.5 flex items-baseline justify-between gap-2">
        <label htmlFor={id} className="text-sm font-medium">
          {label}
        </label>
        <span id={`${id}-hint`} className="text-muted text-xs">
          {hint}
        </span>
      </div>
      {children}
      <p id={`${id}-error`} className="text-bad mt-1 min-h-4 text-xs break-words" aria-live="polite">
        {error}
      </p>
    </div>
  );
  return { input, frame };
}

/** A labelled input with what is wrong about it. */
export function Field({ label, hint, error, ...props }: ComponentProps<"input"> & FieldFrame) {
  const { input, frame } = useFrame({ label, error, ...(hint !== undefined && { hint }) });
  return frame(<input {...props} {...input} />);
}

/** The same for a text of several lines: begins as one line, and grows with what is in it. */
export function TextField({ label, hint, error, ...props }: ComponentProps<"textarea"> & FieldFrame) {
  const { input, frame } = useFrame({ label, error, ...(hint !== undefined && { hint }) });
  return frame(
    <textarea
      rows={1}
      {...props}
      {...input}
      className={`${input.className} field-sizing-content block max-h-40 resize-none`}
    />,
  );
}
